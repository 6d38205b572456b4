import { errorMessage } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';

const EVERY_MS = 2000;

/** Keeps the file of the kill switch and its items together while the product is served: what was behind catches up. */
export function keepKillTogether(embedded: Pick<Embedded, 'kill' | 'telemetry'>): { stop(): void } {
  let told = '';
  let busy = false;
  const reconcile = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      await embedded.kill.reconcile();
      told = '';
    } catch (error) {
      const problem = errorMessage(error);
      if (problem !== told)
        embedded.telemetry.log('error', 'the kill switch cannot be kept in file and items alike', { error: problem });
      told = problem;
    } finally {
      busy = false;
    }
  };
  void reconcile();
  const timer = setInterval(() => void reconcile(), EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
