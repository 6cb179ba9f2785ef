import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { concurrently } from '../../storage/concurrently.ts';
import { putObject, putObjectFile } from '../../storage/objects.ts';
import { sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { type Ask, onThisThread, onThread } from '../plain/plainThreads.ts';
import { eventColumn } from '../rules/eventColumn.ts';
import { compressionOf } from './compression.ts';
import { jsonLines } from './jsonLines.ts';
import { blockMemory, type LineBlock, lineBlocks } from './lineBlocks.ts';
import { oddRows } from './oddRows.ts';
import { chunkBytes, plainBytes } from './plainBytes.ts';
import { readingSource } from './readingSource.ts';
import { isUsualInstant, type StagedHour, stagedHours } from './stagedHours.ts';

/** Part of the key of staged files: raise it when what is staged for the same bytes changes. */
export const ndjsonStageVersion = 3;

export interface StagedFile {
  /** SHA-256 of the source file. */
  readonly digest: string;
  /** Parquet objects with its rows, in order. */
  readonly staged: readonly string[];
  /** What is to be known of its hours; null where DuckDB read lines that were many. */
  readonly hours: readonly StagedHour[] | null;
  /** Columns that are known to have a value in some row. */
  readonly filled: ReadonlySet<number>;
}

/**
 * Reads an NDJSON file once, and turns it into Parquet objects of typed values: the contract's columns, `_line` (from
 * 1), `_malformed` (the text of a line that is no JSON object) and `_raw` (a JSON list of the JSON texts of every column,
 * in rows where one has a value of a wrong type). A field that is missing is null, one that the contract does not name is
 * left out, of one that is there twice the first counts; a blank line is no row. A `.gz` or `.zst` file is decompressed
 * on the way. Throws `source.unreadable`.
 */
export async function stageNdjson(
  ports: DataPorts,
  contract: ContractPlan,
  file: string,
  name = file,
): Promise<StagedFile> {
  const hash = createHash('sha256');
  const isPlain = compressionOf(file) === undefined;
  const bytes = hashed(isPlain ? piecesOf(file) : createReadStream(file, { highWaterMark: chunkBytes }), hash);
  const free: Buffer[] = [];
  // Shared: memory that threads hand to each other counts as new for each, and makes it look for garbage.
  const memory = (): Buffer => free.pop() ?? Buffer.from(new SharedArrayBuffer(blockMemory));
  const blocks = lineBlocks(plainBytes(file, bytes), name, undefined, memory);
  // One more than are read at once, so that a thread finds the next one when it has done its own.
  const staged = await readingSource(name, () =>
    concurrently(blocks, ports.database.mostBeside + 1, (block) => stageBlock(ports, contract, block, free)),
  );
  const hours = staged.flatMap((block) => (block.hours === null ? [] : [block.hours]));
  return {
    digest: hash.digest('hex'),
    staged: staged.map(({ object }) => object),
    hours: hours.length === staged.length ? stagedHours(hours) : null,
    filled: new Set(staged.flatMap(({ filled }) => filled)),
  };
}

/** Each piece is written over by the next one: memory that is new for each would cost as much as reading it. */
async function* piecesOf(file: string): AsyncGenerator<Buffer, void, undefined> {
  const handle = await open(file);
  try {
    const piece = Buffer.allocUnsafeSlow(pieceBytes);
    for (let read = await handle.read(piece); read.bytesRead > 0; read = await handle.read(piece)) {
      yield piece.subarray(0, read.bytesRead);
    }
  } finally {
    await handle.close();
  }
}

const pieceBytes = 1 << 20;

async function* hashed(bytes: AsyncIterable<Buffer>, hash: { update(chunk: Buffer): unknown }) {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

/** A smaller block is read before a thread has started. */
const threadBytes = 4 << 20;

interface StagedBlock {
  readonly object: string;
  readonly hours: Uint8Array | null;
  readonly filled: readonly number[];
}

/** The block's memory goes to `free` when it is read. The thread does not wait until what it made is stored. */
async function stageBlock(
  ports: DataPorts,
  contract: ContractPlan,
  block: LineBlock,
  free: Buffer[],
): Promise<StagedBlock> {
  const read = (ask: Ask): Promise<ReadBlock> => readBlock(ports, contract, block, ask);
  const done = await (block.bytes.length < threadBytes ? onThisThread(read) : onThread(read));
  const { parquet, hours, filled, bytes } = done;
  if (parquet === undefined) {
    return { object: await stageOdd(ports, contract, { ...block, bytes }), hours, filled };
  }
  if (bytes.buffer.byteLength >= blockMemory) free.push(Buffer.from(bytes.buffer));
  return { object: await putObject(ports.store, parquet), hours, filled };
}

interface ReadBlock extends Pick<StagedBlock, 'hours' | 'filled'> {
  /** Undefined of a block that DuckDB is to read. */
  readonly parquet: Uint8Array | undefined;
  /** The block's. */
  readonly bytes: Uint8Array;
}

async function readBlock(
  ports: DataPorts,
  contract: ContractPlan,
  { bytes, firstLine }: LineBlock,
  ask: Ask,
): Promise<ReadBlock> {
  const { columns } = contract;
  const { odd, given } = await ask({ kind: 'read', bytes, columns });
  if (given !== null) return { parquet: undefined, hours: null, filled: [], bytes: given };
  const values = await oddRows(ports, contract, odd);
  const event = eventColumn(contract);
  const { parquet, hours, filled, block } = await ask({ kind: 'stage', odd: values, firstLine, event });
  const isUsual = (values[event] ?? []).every((at) => at === null || isUsualInstant(at));
  return { parquet, hours: isUsual ? hours : null, filled, bytes: block };
}

function stageOdd(ports: DataPorts, contract: ContractPlan, { bytes, firstLine }: LineBlock): Promise<string> {
  const values = contract.columns.map(({ name }) => sqlName(name)).join(', ');
  const rows = `SELECT ${values}, _line + ${firstLine - 1} AS _line, _malformed, _raw FROM (${jsonLines(contract)})`;
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'staged.parquet');
    await ports.database.runBeside(`COPY (${rows}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`, bytes);
    const digest = await putObjectFile(ports.store, path);
    await rm(path);
    return digest;
  });
}
