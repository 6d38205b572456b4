import type { Command } from 'commander';
import { AppError, isAppError, toIso } from '@aion/core';
import { loadBuiltIn, loadConfig, withKillOf, type LoadedConfig } from '@aion/runtime';
import { KILL_EFFECT, type KillReading, type KillSwitch } from '@aion/trading';
import { OPERATOR } from '@aion/jobs';
import { setKill } from '@aion/jobs/kill';
import { fromCaller, print, say, STAGE_OPTION, whyFrom } from '../session.ts';

interface KillOptions {
  readonly reason?: string;
  readonly stage?: string;
  readonly json: boolean;
}

export function addKillCommand(program: Command): void {
  program
    .command('kill')
    .description('show the kill switch, or turn it on or off; exit 5 when it cannot be read, which counts as on')
    .argument('[state]', 'on or off; nothing shows it')
    .option('--reason <text>', 'why; kept in the audit')
    .option(...STAGE_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (state: string | undefined, options: KillOptions) => {
      if (state !== undefined && state !== 'on' && state !== 'off')
        throw new AppError('bad_input', `expected on or off, found "${state}"`);
      const decision = state && { active: state === 'on', why: whyFrom(options.reason), actor: OPERATOR };
      const kill = await withSwitch(options.stage, async (found) => {
        if (decision === undefined) return found.read();
        const { mirrored, ...kill } = await setKill({ kill: found }, decision);
        await found.settled();
        if (!mirrored) say('The switch stands in its file; the state file follows as soon as it can be written.');
        return kill;
      });
      print(options, { ...kill, effect: KILL_EFFECT }, () => describe(kill));
      if (!kill.known) process.exitCode = 5;
    });
}

async function withSwitch<T>(stage: string | undefined, work: (kill: KillSwitch) => Promise<T>): Promise<T> {
  if (stage === undefined) return withKillOf(loadAnyConfig(), work);
  const { openStage } = await import('@aion/runtime/cloud/operate-stage');
  return work(openStage(fromCaller(stage)).host.kill);
}

/** A configuration that cannot be used must not keep anybody from stopping. */
function loadAnyConfig(): LoadedConfig {
  try {
    return loadConfig(process.env, process.cwd());
  } catch (error) {
    if (!isAppError(error, 'bad_input')) throw error;
    say(`${error.message}. The kill switch works without it.`);
    return loadBuiltIn(process.env, process.cwd());
  }
}

function describe(kill: KillReading): string {
  if (!kill.known) return `The kill switch is UNKNOWN, treated as ON: ${kill.problem}. ${KILL_EFFECT}`;
  const since =
    kill.atMs === null || kill.reason === null ? '' : `, since ${toIso(kill.atMs)} by ${kill.by}: ${kill.reason}`;
  const behind = kill.problem === null ? '' : ` (its file cannot be written: ${kill.problem})`;
  return `The kill switch is ${kill.active ? 'ON' : 'off'}${since}${behind}. ${KILL_EFFECT}`;
}
