import { DuckDBInstance, StatementType, type DuckDBConnection, type JS } from '@duckdb/node-api';
import { AppError, errorMessage } from '@aion/core';
import { PRICE_COLUMNS } from '@aion/market';

/** A view over files of bars. Of rows with the same key in two files the one of the greater turn counts. */
export interface LakeView {
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly turn: number }[];
  readonly intraday: boolean;
  /** Some file holds a bar that another one replaces. */
  readonly overlaps: boolean;
}

export interface QueryLimits {
  readonly maxRows: number;
  readonly memoryMb: number;
  readonly threads: number;
  readonly timeoutMs: number;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** There were more rows than were asked for. */
  readonly cut: boolean;
}

const COLUMNS = [...PRICE_COLUMNS, 'volume_shares'] as const;
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Answers one SELECT over the lake's files with DuckDB in memory. It reads the given files and nothing else: no network, no
 * extensions, no other statement than SELECT, with bounds on memory, threads, time and rows. Throws AppError(bad_input) for a
 * query that is wrong or not allowed, with DuckDB's words.
 */
export async function queryLake(views: readonly LakeView[], sql: string, limits: QueryLimits): Promise<QueryResult> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(limits.threads),
    memory_limit: `${limits.memoryMb}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      for (const view of views) await connection.run(viewOf(view));
      await confine(connection, views);
      return await answer(connection, sql, { views, limits });
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

function viewOf({ name, files, intraday, overlaps }: LakeView): string {
  const key = ['symbol', 'session_day', ...(intraday ? ['open_minute'] : [])];
  const columns = [...key, ...COLUMNS].join(', ');
  if (files.length === 0) {
    const typeOf = (column: string): string =>
      column === 'symbol'
        ? 'VARCHAR'
        : column === 'session_day'
          ? 'DATE'
          : column === 'open_minute'
            ? 'INTEGER'
            : 'DOUBLE';
    const none = [...key, ...COLUMNS].map((column) => `NULL::${typeOf(column)} AS ${column}`);
    return `CREATE VIEW ${name} AS SELECT ${none.join(', ')} WHERE false`;
  }
  const list = files.map(({ path }) => quote(path)).join(', ');
  const read = `read_parquet([${list}], union_by_name = true${overlaps ? ', filename = true' : ''})`;
  if (!overlaps) return `CREATE VIEW ${name} AS SELECT ${columns} FROM ${read}`;
  const turns = files.map(({ path, turn }) => `(${quote(path)}, ${turn})`).join(', ');
  return `CREATE VIEW ${name} AS SELECT ${columns} FROM ${read} AS bars
    JOIN (VALUES ${turns}) AS turns(path, turn) ON bars.filename = turns.path
    QUALIFY row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY turn DESC) = 1`;
}

/** After this nothing but the files can be reached, and no setting can be changed back. */
async function confine(connection: DuckDBConnection, views: readonly LakeView[]): Promise<void> {
  const paths = views.flatMap(({ files }) => files.map(({ path }) => quote(path)));
  await connection.run(`SET allowed_paths = [${paths.join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** DuckDB suggests tables of its own for a name that it does not know; ours are the views. */
function wordsOf(message: string, views: readonly LakeView[]): string {
  const name = /Table with name (\S+) does not exist/.exec(message)?.[1];
  if (name === undefined) return message;
  return `there is no "${name}"; the lake has ${views.map((view) => view.name).join(', ')}`;
}

async function answer(
  connection: DuckDBConnection,
  sql: string,
  { views, limits }: { readonly views: readonly LakeView[]; readonly limits: QueryLimits },
): Promise<QueryResult> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    connection.interrupt();
  }, limits.timeoutMs);
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1)
      throw new AppError('bad_input', `expected one SELECT, found ${statements.count} statements; give one`);
    const prepared = await statements.prepare(0);
    // Only reading: a COPY could write over the lake's own files.
    if (prepared.statementType !== StatementType.SELECT)
      throw new AppError('bad_input', 'only SELECT is allowed on the lake; change bars by importing them');
    const reader = await prepared.streamAndReadUntil(limits.maxRows + 1);
    const rows = reader.getRowsJson() as JS[][];
    return { columns: reader.columnNames(), rows: rows.slice(0, limits.maxRows), cut: rows.length > limits.maxRows };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = timedOut
      ? `the query took longer than ${limits.timeoutMs / 1000} s; ask for fewer symbols or days`
      : wordsOf(errorMessage(error), views);
    throw new AppError('bad_input', `the lake cannot answer: ${why}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
