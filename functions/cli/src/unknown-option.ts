import type { Command, Option } from 'commander';

/**
 * Commander says which required option is missing before it looks whether one is misspelt, so that `--symbl X` is told that
 * `--symbol` is missing. This looks first, and ends the command as commander does.
 */
export function refuseUnknownOption(program: Command, args: readonly string[]): void {
  let command = program;
  const known: Option[] = [...program.options];
  for (let at = 0; at < args.length && args[at] !== '--'; at++) {
    const arg = args[at]!;
    if (!/^-[-a-zA-Z]/.test(arg)) {
      const next = command.commands.find((one) => one.name() === arg || one.aliases().includes(arg));
      // Commander names the command that there is not.
      if (next === undefined && command === program) return;
      if (next !== undefined) known.push(...(command = next).options);
      continue;
    }
    const [flag = ''] = arg.split('=');
    if (flag === '--help' || flag === '-h') return;
    const option = known.find(({ long, short }) => flag === long || (short !== undefined && flag.startsWith(short)));
    if (option === undefined && flag.startsWith('--')) {
      const near = known.flatMap(({ long }) => long ?? []).find((long) => isNear(long, flag));
      const words = `error: unknown option '${flag}'${near === undefined ? '' : `; did you mean ${near}?`}`;
      command.error(words, { code: 'commander.unknownOption', exitCode: 2 });
    }
    // Its value may look like anything.
    if (option !== undefined && !arg.includes('=') && (option.required || option.optional)) at++;
  }
}

const MOST_EDITS = 2;

/** Whether one becomes the other by at most two letters added, left out or changed. */
function isNear(a: string, b: string): boolean {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]! <= MOST_EDITS;
}
