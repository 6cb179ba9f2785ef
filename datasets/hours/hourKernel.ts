import { WasmModule } from '../wasm/wasmModule.ts';
import { appendKernel } from './appendKernel.ts';
import { contentKernel } from './contentKernel.ts';
import { digestKernel } from './digestKernel.ts';
import { gatherKernel } from './gatherKernel.ts';
import { textTable } from './textTable.ts';

/** What reads rows back from staged files, and writes them again, for its contents' digest too. */
export function hourKernel(): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  // The host's: numbers of more places than most have.
  const hardDecimal = module.imported('hardDecimal', ['f64', 'i32'], 'i32');
  appendKernel(module, textTable(module));
  gatherKernel(module);
  contentKernel(module, hardDecimal);
  digestKernel(module);
  return module.assembled();
}
