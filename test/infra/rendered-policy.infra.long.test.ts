import { expect, it } from 'vitest';
import { listOf, renderStage } from './render.ts';
import { DEV_SETTINGS, STAGE_SETTINGS } from './stage-settings.ts';

it.each([
  ['prod', STAGE_SETTINGS],
  ['dev', DEV_SETTINGS],
])('stage %s renders the same resources every time', async (stage, settings) => {
  const first = listOf(await renderStage(stage, settings));
  expect(listOf(await renderStage(stage, settings))).toEqual(first);
});
