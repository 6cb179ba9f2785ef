/** What is needed of the global that the types of Node do not name. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => CompiledModule;
  readonly Memory: new (pages: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (module: CompiledModule, host: { readonly host: object }) => { readonly exports: object };
};

export interface CompiledModule {
  readonly kind?: 'a compiled module';
}

export interface WasmMemory {
  /** Another one after each `grow`. */
  readonly buffer: ArrayBuffer;
  /** By so many pages of 64 KB. */
  readonly grow: (pages: number) => number;
}

export function compiledModule(bytes: Uint8Array<ArrayBuffer>): CompiledModule {
  return new WebAssembly.Module(bytes);
}

export function wasmMemory(pages: number): WasmMemory {
  return new WebAssembly.Memory({ initial: pages });
}

/** The functions that a module exports, whose types the caller knows. `host` is what it is given. */
export function instanceOf<T extends object>(module: CompiledModule, host: object): T {
  return new WebAssembly.Instance(module, { host }).exports as T;
}
