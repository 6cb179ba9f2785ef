import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../datasets/database.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { loadContracts } from '../../workers/catalogue.ts';

/** Reads and judges the dirty flights, writes all bad rows into a quarantine file, and tells of it in a line of JSON. */
const contract = (await loadContracts(import.meta.dirname)).get('dirty-flights');
if (contract === undefined) throw new Error('bench/dirty/pipelines/flights.ts is not there');
const folder = await mkdtemp(join(tmpdir(), 'whet-bench-'));
const database = await openDatabase({ threads: availableParallelism(), memoryLimitMb: 2_048, temporaryFolder: folder });
const ports = { store: localDisk(folder), database, folder };
const started = performance.now();
const report = await validateFile(ports, contract, process.argv[2] ?? '', {
  quarantineTo: join(folder, 'bad.parquet'),
});
const seconds = (performance.now() - started) / 1_000;
const reasons = report.rules.reduce((sum, { rows }) => sum + rows, 0);
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const used = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 };
process.stdout.write(`${JSON.stringify({ seconds, bad: report.quarantined, reasons, ...used })}\n`);
database.close();
await rm(folder, { recursive: true });
