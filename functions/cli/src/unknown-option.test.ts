import { describe, expect, it, vi } from 'vitest';
import { makeProgram } from './program.ts';
import { refuseUnknownOption } from './unknown-option.ts';

async function wordsOf(...args: string[]): Promise<string> {
  const program = await makeProgram(args[0]);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    refuseUnknownOption(program, args);
    return '';
  } catch {
    return stderr.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    stderr.mockRestore();
  }
}

describe('an option that a command does not have', () => {
  it('is named before a required one that it may be meant for', async () => {
    expect(await wordsOf('bars', '--symbl', 'SBIN')).toMatch(/unknown option '--symbl'; did you mean --symbol\?/);
    expect(await wordsOf('lake', 'query', 'select 1', '--jsn')).toMatch(/'--jsn'; did you mean --json\?/);
    expect(await wordsOf('kill', 'on', '--because=x')).toMatch(/unknown option '--because'/);
  });

  it('is not one that it has, nor a value, nor anything behind --, nor the name of no command', async () => {
    for (const args of [
      ['bars', '--symbol', 'SBIN', '--adjusted'],
      ['kill', 'on', '--reason', '--because'],
      ['import', '--', '--odd-name.csv'],
      ['start', '--no-web'],
      ['lake', 'query', '--help', '--x'],
      ['nope', '--x'],
    ])
      expect([args.join(' '), await wordsOf(...args)]).toEqual([args.join(' '), '']);
  });
});
