import { runLakeCare, type LakeCareReport } from '@aion/jobs/lake';
import type { Host } from '@aion/jobs';
import { scheduledJob } from './scheduled-job.ts';

/** The night's care for the lake, which the schedule calls. */
export const callLakeCare = (host: Host, event: unknown): Promise<LakeCareReport | { readonly skipped: string }> =>
  scheduledJob(host, 'lake-care', event, async () => {
    const answer = await runLakeCare(host);
    const compacted = answer.series.reduce((sum, one) => sum + one.compacted.length, 0);
    return { answer, figures: { series: answer.series.length, compacted } };
  });
