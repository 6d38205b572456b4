import { Command } from 'commander';
import { vi } from 'vitest';
import { errorMessage } from '@aion/core';
import { exitCodeOf } from '../src/session.ts';

/** Points the commands of this process at a home; undone by `vi.unstubAllEnvs`. */
export function useHome(home: string): void {
  vi.stubEnv('AION_HOME', home);
  vi.stubEnv('AION_LOG_LEVEL', 'silent');
  // The test runner's own variable is no mode of the product.
  vi.stubEnv('MODE', undefined);
}

/** Runs a command in this process, without the start of another; gives what it printed. Throws what it throws. */
export async function printedHere(
  adders: readonly ((program: Command) => void)[],
  args: readonly string[],
): Promise<string> {
  const program = new Command('aion').exitOverride();
  for (const add of adders) add(program);
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return printed;
}

/** As `printedHere`, with what was printed last as JSON. */
export async function runHere(
  adders: readonly ((program: Command) => void)[],
  args: readonly string[],
): Promise<Record<string, unknown>> {
  const printed = await printedHere(adders, [...args, '--json']);
  return JSON.parse(printed.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
}

/** As `runHere`, with the exit code that the command line would end with. */
export async function outcomeHere(
  adders: readonly ((program: Command) => void)[],
  args: readonly string[],
): Promise<{ code: number; json: Record<string, unknown> }> {
  try {
    return { json: await runHere(adders, args), code: Number(process.exitCode ?? 0) };
  } catch (error) {
    return { json: { error: errorMessage(error) }, code: exitCodeOf(error) };
  } finally {
    process.exitCode = 0;
  }
}
