import { blobValue, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** DuckDB in this process: the engine of the whole data path. Statements run one after another, unless they are told to run beside. */
export interface Database {
  /**
   * Rows as objects; BIGINT comes as bigint, TIMESTAMP as DuckDB's own value: cast in SQL to what is wanted. `$1` stands
   * for the bytes, a BLOB.
   */
  rows<T extends object>(sql: string, bytes?: Uint8Array): Promise<T[]>;
  run(sql: string): Promise<void>;
  /**
   * Runs a statement beside others that do not depend on it, on a connection of its own that sees no temporary tables:
   * for many small statements, whose planning takes as long as their work. `$1` stands for the bytes, a BLOB.
   */
  runBeside(sql: string, bytes?: Uint8Array): Promise<void>;
  /** As `runBeside`, with the rows as `rows` gives them. */
  rowsBeside<T extends object>(sql: string, bytes?: Uint8Array): Promise<T[]>;
  /** How many statements run beside each other at most. */
  readonly mostBeside: number;
  /** The connection itself, for streaming columns. */
  readonly connection: DuckDBConnection;
  close(): void;
}

export interface DatabaseOptions {
  readonly threads: number;
  /** DuckDB's buffer limit; plan half a gigabyte on top for the process. */
  readonly memoryLimitMb: number;
  /** Where what does not fit in memory is spilled. */
  readonly temporaryFolder: string | Promise<string>;
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  // It starts on a thread of its own before anything is waited for.
  const creating = DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryLimitMb}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
    // It would go on serving the old bytes of a file that was written over within the clock's resolution.
    enable_external_file_cache: 'false',
  });
  const [instance, temporaryFolder] = await Promise.all([creating, options.temporaryFolder]);
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'; SET temp_directory = ${sqlText(temporaryFolder)}`);
  const beside = await besideConnections(instance, options.threads);
  return {
    connection,
    rows: (sql, bytes) => rowsOn(connection, sql, bytes),
    run: async (sql) => {
      await connection.run(sql);
    },
    runBeside: async (sql, bytes) => {
      await beside.rows(sql, bytes);
    },
    rowsBeside: beside.rows,
    mostBeside: beside.count,
    close: () => {
      beside.close();
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A waiting statement holds one of the four threads that Node also reads and writes files with: one is left to it. */
const besideAtMost = 3;

async function besideConnections(instance: DuckDBInstance, threads: number) {
  const all = await Promise.all(Array.from({ length: Math.min(threads, besideAtMost) }, () => instance.connect()));
  for (const one of all) await one.run("SET TimeZone = 'UTC'");
  const free = [...all];
  const waiting: ((connection: DuckDBConnection) => void)[] = [];
  const taken = async (): Promise<DuckDBConnection> => free.pop() ?? new Promise((resolve) => waiting.push(resolve));
  return {
    count: all.length,
    async rows<T extends object>(sql: string, bytes?: Uint8Array): Promise<T[]> {
      const connection = await taken();
      try {
        return await rowsOn<T>(connection, sql, bytes);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free.push(connection);
        else next(connection);
      }
    },
    close(): void {
      for (const one of all) one.closeSync();
    },
  };
}

async function rowsOn<T extends object>(connection: DuckDBConnection, sql: string, bytes?: Uint8Array): Promise<T[]> {
  const values = bytes === undefined ? undefined : [blobValue(bytes)];
  return (await connection.runAndReadAll(sql, values)).getRowObjects() as T[];
}

/** A string as a SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path as a SQL literal that names this one file: what would make it a pattern is taken as it is. */
export function sqlFile(path: string): string {
  return sqlText(path.replace(/[[\]*?]/g, '[$&]'));
}
