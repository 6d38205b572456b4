import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Attack } from './attack.ts';
import { openRange, type Range } from './product.ts';
import { inOrder, ROWS, rowsWithoutCheck, type Finding } from './rows.ts';

/** An attack that has not ended by then has found something that hangs. */
const ATTACK_MS = 240_000;

const { values } = parseArgs({
  options: {
    row: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`Usage: npm run attack -- [--row N]… [--json]
Starts the product on loopback in a home of its own and runs every attack of test/attack/checks against it.
N is one of ${ROWS.join(', ')}. Exit 1: an attack got what it was after, or a row has no attack.
`);
  process.exit(0);
}

async function loadAttacks(): Promise<Attack[]> {
  const folder = new URL('checks/', import.meta.url);
  const attacks: Attack[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const loaded = (await import(new URL(file, folder).href)) as { attacks?: readonly Attack[] };
    if (loaded.attacks === undefined) throw new Error(`${file} exports no attacks`);
    attacks.push(...loaded.attacks);
  }
  return inOrder(attacks);
}

async function carryOut(attack: Attack, range: Range): Promise<Finding> {
  const { row, title } = attack;
  const begunMs = performance.now();
  let got = '';
  let late: NodeJS.Timeout | undefined;
  try {
    await range.whole();
    await Promise.race([
      attack.run(range.target),
      new Promise<never>((_, reject) => {
        late = setTimeout(() => reject(new Error(`it had not ended after ${ATTACK_MS / 1000} s`)), ATTACK_MS);
      }),
    ]);
  } catch (error) {
    got = error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(late);
  }
  return { row, title, held: got === '', got, seconds: Math.round((performance.now() - begunMs) / 100) / 10 };
}

// An attack that ended early leaves requests behind, which fail when its product is stopped.
process.on('unhandledRejection', (error) => process.stderr.write(`left behind by an attack: ${String(error)}\n`));

const all = await loadAttacks();
const missing = rowsWithoutCheck(all, values.row);
const chosen = all.filter(({ row }) => values.row.length === 0 || values.row.includes(row));
const findings: Finding[] = [];
const tell = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

if (chosen.length > 0) {
  const range = await openRange();
  let stopping: Promise<void> | undefined;
  const end = (): void => {
    stopping ??= range.close().finally(() => process.exit(130));
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    for (const attack of chosen) {
      const finding = await carryOut(attack, range);
      findings.push(finding);
      const { row, title, held, got, seconds } = finding;
      tell(`${row.padStart(4)}  ${held ? 'held' : 'FELL'}  ${title}  (${seconds} s)`);
      if (!held) tell(got.replaceAll(/^/gm, '            '));
    }
  } finally {
    await (stopping ?? range.close());
  }
}
const fell = findings.filter(({ held }) => !held);
tell('');
if (missing.length > 0) tell(`No attack belongs to row ${missing.join(', ')}.`);
tell(`${findings.length - fell.length} attacks held, ${fell.length} fell, ${missing.length} rows have none.`);
const ok = fell.length + missing.length === 0;
if (values.json) process.stdout.write(`${JSON.stringify({ findings, missing, ok })}\n`);
process.exitCode = ok ? 0 : 1;
