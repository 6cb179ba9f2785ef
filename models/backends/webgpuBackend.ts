import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { KernelBackend, Tensor, Tensor2D, UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core';
import { WhetError } from '../../core/errors.ts';
import type { Backend, Tf } from './backend.ts';

/**
 * A GPU through Dawn, which is WebGPU's library in Chrome, from the folder of an installation: for graphics processors
 * that are not NVIDIA's too. Throws `backend.unavailable` where it does not load or finds no GPU; one that is made of
 * software alone is none, unless WHET_SOFTWARE_GPU is set (for tests: it is slower than wasm).
 */
export async function loadWebgpu(folder: string): Promise<Backend> {
  const parts = required(folder);
  const { tf } = parts;
  tf.enableProdMode();
  const opened = known.get(folder) ?? (await openedGpu(parts, folder));
  const activate = async (): Promise<void> => {
    if (tf.getBackend() !== registered) await tf.setBackend(registered);
  };
  await activate();
  return { name: `webgpu@${parts.version}`, threads: 1, device: opened.device, tf, activate };
}

const registered = 'webgpu';

interface Opened {
  readonly device: string;
}

const known = new Map<string, Opened>();

/** Registers the backend with the first GPU that Dawn finds, once per process. */
async function openedGpu({ tf, dawn, tfjs }: Parts, folder: string): Promise<Opened> {
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  // The package asks whether this is a browser that knows WebGPU.
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw unavailable('no GPU that Vulkan, Metal or Direct3D 12 could use', drivers);
  const { vendor, architecture, description } = adapter.info;
  const device = [vendor, architecture, description].filter((part) => part !== '').join(' ');
  if (isSoftware(adapter.info) && !process.env.WHET_SOFTWARE_GPU) {
    throw unavailable(`a GPU of software alone, ${device}`, drivers);
  }
  const limits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]));
  const backend = new tfjs.WebGPUBackend(await adapter.requestDevice({ requiredLimits: limits }), adapter.info);
  tf.registerBackend(registered, () => backend);
  replaceSegmentSum(tf);
  known.set(folder, { device });
  return { device };
}

const drivers = 'Install the driver of the graphics card with its Vulkan part, or use another backend.';

function isSoftware({ architecture, description, isFallbackAdapter }: AdapterInfo): boolean {
  return isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe/i.test(`${architecture} ${description}`);
}

/** WebGPU grants the least of everything unless more is asked for. */
const raisedLimits = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
] as const;

/**
 * The package's own kernel adds atomically, in an order of chance. A product with a table of ones and zeros has an order;
 * so many segments at a time as keep that table small.
 */
function replaceSegmentSum(tf: Tf): void {
  tf.unregisterKernel(tf.UnsortedSegmentSum, registered);
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName: registered,
    kernelFunc: ({ inputs, attrs }) => {
      // The engine hands a kernel its tensors themselves.
      const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', Tensor>;
      return tf.tidy(() => segmentSums(tf, x, segmentIds, (attrs as unknown as UnsortedSegmentSumAttrs).numSegments));
    },
  });
}

const mostOnes = 1 << 24;

function segmentSums(tf: Tf, x: Tensor, segmentIds: Tensor, segments: number): Tensor {
  const [rows = 0] = x.shape;
  const width = tf.util.sizeFromShape(x.shape) / Math.max(1, rows);
  const values = tf.reshape(x, [rows, width]) as Tensor2D;
  const ids = tf.reshape(segmentIds, [1, rows]);
  const atOnce = Math.max(1, Math.floor(mostOnes / Math.max(1, rows)));
  const parts: Tensor2D[] = [];
  for (let from = 0; from < segments; from += atOnce) {
    const here = tf.range(from, Math.min(segments, from + atOnce), 1, 'int32');
    const ones = tf.cast(tf.equal(tf.expandDims(here, 1), ids), 'float32');
    parts.push(tf.matMul(ones as Tensor2D, values));
  }
  return tf.reshape(tf.concat(parts, 0), [segments, ...x.shape.slice(1)]);
}

/** What the installation's packages give, as far as it is used. */
interface Parts {
  readonly tf: Tf;
  readonly version: string;
  readonly dawn: {
    readonly globals: object;
    create(flags: readonly string[]): { requestAdapter(options: object): Promise<Adapter | null> };
  };
  readonly tfjs: { readonly WebGPUBackend: new (device: object, info: AdapterInfo) => KernelBackend };
}

interface Adapter {
  readonly info: AdapterInfo;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(options: object): Promise<object>;
}

interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

function required(folder: string): Parts {
  const load = createRequire(join(folder, 'package.json'));
  try {
    const { version } = load('webgpu/package.json') as { version: string };
    const tf = load('@tensorflow/tfjs-core') as Tf;
    return { tf, version, dawn: load('webgpu'), tfjs: load('@tensorflow/tfjs-backend-webgpu') };
  } catch (error) {
    const came = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw unavailable(came, 'Mend it with: whet backend install webgpu');
  }
}

function unavailable(came: string, todo: string): WhetError {
  return new WhetError('backend.unavailable', { expected: "the backend 'webgpu'", came, todo });
}
