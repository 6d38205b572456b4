'use client';
import type { JobList } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { QueryState } from '../admin/query-state.tsx';
import { getJson } from '../data/browser-api.ts';
import { Tag } from '../ui/badge.tsx';
import { dateTime, exchangeZone } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty } from '../ui/state.tsx';
import { figureWords, JOB_STATES } from './job-words.ts';

type Job = JobList['jobs'][number];

/** What starts by itself: how each job ended the last time, what it did, and when it comes next. */
export function JobsPanel() {
  const query = useQuery({
    queryKey: ['jobs'],
    queryFn: () => getJson<JobList>('/v1/admin/jobs'),
    refetchInterval: 60_000,
  });
  const jobs = (query.data?.jobs ?? []).toSorted((a, b) => Number(a.state === 'off') - Number(b.state === 'off'));
  const ill = jobs.filter(({ state }) => state === 'failed' || state === 'overdue').length;
  return (
    <Panel
      title="Jobs"
      flush
      aside={query.data !== undefined && <span className="num text-note text-ink-3">{illWords(ill)}</span>}
    >
      {query.data === undefined ? (
        <QueryState what="The list of jobs" error={query.error} retry={() => void query.refetch()} />
      ) : jobs.length === 0 ? (
        <Empty title="Nothing starts by itself">No job of the timetable belongs to this host.</Empty>
      ) : (
        <ul aria-label="Jobs" className="pt-1">
          {jobs.map((job) => (
            <JobRow key={`${job.market} ${job.name}`} job={job} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const OFF = 'Its market stands still, or this version has nothing to do for it.';

const illWords = (ill: number): string =>
  ill === 0 ? 'none is overdue' : ill === 1 ? '1 needs a look' : `${ill} need a look`;

function JobRow({ job }: { job: Job }) {
  const { label, tone } = JOB_STATES[job.state];
  const zone = exchangeZone(job.market);
  const at = (iso: string): string => dateTime(Date.parse(iso), zone);
  return (
    <li className="grid gap-x-6 gap-y-1 border-t border-line px-4 py-2 md:grid-cols-[6rem_minmax(0,5fr)_minmax(0,5fr)_13rem]">
      <span>
        <Tag tone={tone}>{label}</Tag>
      </span>
      <span className="min-w-0">
        <span className="font-medium">{job.name}</span>
        <span className="block text-note text-ink-2">{job.title}</span>
      </span>
      <span className="num min-w-0 break-words text-ink-2">
        {job.state === 'off' ? OFF : (job.error ?? figureWords(job.figures))}
        {job.failures > 1 && <span className="block text-note">Failed {job.failures} times in a row</span>}
      </span>
      <span className="num text-note text-ink-2">
        {job.succeededAt !== null && <span className="block">Ended well {at(job.succeededAt)}</span>}
        {job.nextAt !== null && <span className="block">Next {at(job.nextAt)}</span>}
      </span>
    </li>
  );
}
