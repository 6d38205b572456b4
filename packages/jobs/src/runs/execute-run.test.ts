import { afterAll, expect, it } from 'vitest';
import { makeFrozenClock } from '@aion/core';
import { newFolder, openHome, removeFolders, TESTER } from '../../../../test/embedded-home.ts';
import { prepareRun } from './execute-run.ts';

afterAll(removeFolders);

it('runs that are asked for in one millisecond have ids of their own', async () => {
  const opened = openHome(newFolder('run-ids'));
  const home = { ...opened, clock: makeFrozenClock(Date.UTC(2026, 1, 27, 12)) };
  const request = { kind: 'daily', sessionDate: '2026-02-27', actor: TESTER } as const;
  const runs = await Promise.all(Array.from({ length: 10 }, () => prepareRun(home, request)));
  expect(new Set(runs.map(({ id }) => id)).size).toBe(10);
  opened.close();
});
