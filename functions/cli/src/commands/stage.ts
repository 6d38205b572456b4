import type { Command } from 'commander';
import { AppError } from '@aion/core';
import { fromCaller, print } from '../session.ts';

export function addStageCommand(program: Command): void {
  program
    .command('stage')
    .description('check a stage on AWS: regions, tables, bucket, queues, secrets, and that conditions are kept')
    .argument('<action>', 'check')
    .requiredOption('--stage <file>', 'the JSON file of variables that its deployment put out')
    .option('--json', 'print as JSON', false)
    .action(async (action: string, options: { stage: string; json: boolean }) => {
      if (action !== 'check') throw new AppError('bad_input', `expected check, found "${action}"`);
      const { openStage } = await import('@aion/runtime/cloud/operate-stage');
      const findings = await openStage(fromCaller(options.stage)).check();
      const ok = findings.every((finding) => finding.ok);
      print(options, { ok, findings }, () =>
        findings.map((finding) => `${finding.ok ? 'ok  ' : 'FAIL'}  ${finding.name}: ${finding.detail}`).join('\n'),
      );
      if (!ok) process.exitCode = 1;
    });
}
