/** A reader that has seen enough, such as `head`, closes the pipe: that is no error of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

/** One JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Text for people on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress and remarks, on stderr, so that stdout stays clean. */
export function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Rows as columns of text, the first row being the heading. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
