import type { Clock } from '@aion/core';
import { at, every, type Beat } from './beat.ts';

/** What a job may have to wait for: it looks again every so many minutes, until that time of day at most. */
export interface Wait {
  readonly for: string;
  readonly everyMinutes: number;
  readonly until: string;
}

/**
 * What kind of work a job is, by which a host knows what it needs. `run`: a run of the pipeline, which an administrator can pause. `bars`,
 * `records`: it asks sources, and stores bars in the lake or records beside it. `derived`: it asks none and makes something of what is stored.
 * `upkeep`: care for the product itself. `watch`: looks whether the others were done. `training`: nothing does it yet.
 */
export type JobKind = 'run' | 'bars' | 'records' | 'derived' | 'upkeep' | 'watch' | 'training';

export interface TimetableEntry {
  readonly title: string;
  readonly does: JobKind;
  readonly beat: Beat;
  readonly waits?: Wait;
  /** How long after its instant it must have ended well; else the operator is told. */
  readonly graceMinutes: number;
  /** Of each market, or of the product whatever its markets do. */
  readonly scope: 'market' | 'product';
  /** The clock that it goes by. A home needs some jobs whatever its market does: in one that is played or stands still they go by the wall's. */
  readonly clock: 'market' | 'wall';
}

/**
 * When everything starts by itself, on both hosts: the scheduler of one machine waits by it, and the schedules of the cloud are made from
 * it. Times are the exchange's own, so that daylight saving moves them with it, and its calendar says which days and closes count.
 */
export const TIMETABLE = {
  'pre-market': {
    title: "The exchange's lists and results, and corporate actions, before the session",
    beat: { kind: 'minutes', days: 'sessions', minutes: [at('08:45')] },
    graceMinutes: 25,
    does: 'records',
    scope: 'market',
    clock: 'market',
  },
  news: {
    title: 'News, each quarter of an hour of the day',
    beat: { kind: 'minutes', days: 'all', minutes: every(15, at('07:00'), at('22:00')) },
    graceMinutes: 180,
    does: 'records',
    scope: 'market',
    clock: 'market',
  },
  social: {
    title: 'Posts about the shares of active signals, each hour of the day',
    beat: { kind: 'minutes', days: 'all', minutes: every(60, at('07:05'), at('22:05')) },
    graceMinutes: 360,
    does: 'records',
    scope: 'market',
    clock: 'market',
  },
  options: {
    title: 'Option chains of active signals, ten minutes after the close',
    beat: { kind: 'after_close', minutes: 10 },
    graceMinutes: 120,
    does: 'records',
    scope: 'market',
    clock: 'market',
  },
  records: {
    title: 'Macro series, ratings, economic events, insider trades and company figures, each evening',
    beat: { kind: 'minutes', days: 'all', minutes: [at('17:45')] },
    graceMinutes: 180,
    does: 'records',
    scope: 'market',
    clock: 'market',
  },
  alerts: {
    title: 'Alerts of news and other records, and the features that alerts ask for',
    beat: { kind: 'minutes', days: 'all', minutes: every(15, at('07:08'), at('22:08')) },
    graceMinutes: 120,
    does: 'derived',
    scope: 'market',
    clock: 'market',
  },
  intraday: {
    title: 'Hourly bars of active signals, two minutes after each has closed',
    beat: { kind: 'after_hourly_bars', minutes: 2 },
    graceMinutes: 90,
    does: 'bars',
    scope: 'market',
    clock: 'market',
  },
  hourly: {
    title: 'Hourly refinement, five minutes after each hourly bar and after the close',
    beat: { kind: 'after_hourly_bars', minutes: 5 },
    graceMinutes: 30,
    does: 'run',
    scope: 'market',
    clock: 'market',
  },
  'post-market': {
    title: "Record check and day's report, five minutes after the close",
    beat: { kind: 'after_close', minutes: 5 },
    graceMinutes: 60,
    does: 'run',
    scope: 'market',
    clock: 'market',
  },
  'session-bars': {
    title: "The session's bhavcopy and indices; from 22:55 vendors' bars where they did not come",
    beat: { kind: 'minutes', days: 'sessions', minutes: [at('18:25')] },
    waits: { for: "the exchange's files", everyMinutes: 15, until: '23:40' },
    graceMinutes: 330,
    does: 'bars',
    scope: 'market',
    clock: 'market',
  },
  daily: {
    title: 'Daily run from 18:30, waits for the bars of the session until 23:45',
    beat: { kind: 'minutes', days: 'sessions', minutes: [at('18:30')] },
    waits: { for: "the session's bars", everyMinutes: 15, until: '23:45' },
    graceMinutes: 330,
    does: 'run',
    scope: 'market',
    clock: 'market',
  },
  features: {
    title: "Keeps the session's features, once its daily run has ended",
    beat: { kind: 'minutes', days: 'sessions', minutes: [at('19:05')] },
    waits: { for: 'the daily run', everyMinutes: 30, until: '23:35' },
    graceMinutes: 330,
    does: 'derived',
    scope: 'market',
    clock: 'market',
  },
  retrain: {
    title: 'Decides whether models are trained, after the daily run at the latest',
    beat: { kind: 'minutes', days: 'sessions', minutes: [at('23:30')] },
    graceMinutes: 240,
    does: 'training',
    scope: 'market',
    clock: 'market',
  },
  'lake-care': {
    title: 'Joins, archives and sweeps the lake, backs up, each week tries a restore',
    beat: { kind: 'minutes', days: 'all', minutes: [at('02:00')] },
    graceMinutes: 180,
    does: 'upkeep',
    scope: 'product',
    clock: 'wall',
  },
  billing: {
    title: 'Compares every subscription with Stripe, where its key is set',
    beat: { kind: 'minutes', days: 'all', minutes: [at('03:30')] },
    graceMinutes: 120,
    does: 'upkeep',
    scope: 'product',
    clock: 'wall',
  },
  'dead-man': {
    title: 'Looks each hour for jobs that are overdue',
    beat: { kind: 'minutes', days: 'all', minutes: every(60, at('00:50'), at('23:50')) },
    graceMinutes: 120,
    does: 'watch',
    scope: 'product',
    clock: 'market',
  },
} as const satisfies Readonly<Record<string, TimetableEntry>>;

export type JobName = keyof typeof TIMETABLE;

/** The jobs whose work is of one of these kinds. */
export type JobThat<Kind extends JobKind> = {
  [Name in JobName]: (typeof TIMETABLE)[Name]['does'] extends Kind ? Name : never;
}[JobName];

export const JOB_NAMES = Object.keys(TIMETABLE) as readonly JobName[];

/**
 * Whether the work of a job is of one of these kinds.
 *
 * @example doesOf('daily', 'run') // true
 */
export const doesOf = <Kind extends JobKind>(name: JobName, ...kinds: readonly Kind[]): name is JobThat<Kind> =>
  (kinds as readonly JobKind[]).includes(TIMETABLE[name].does);

/**
 * The jobs whose work is of one of these kinds, in the order of the timetable.
 *
 * @example jobsThat('bars') // ['intraday', 'session-bars']
 */
export const jobsThat = <Kind extends JobKind>(...kinds: readonly Kind[]): readonly JobThat<Kind>[] =>
  JOB_NAMES.filter((name): name is JobThat<Kind> => doesOf(name, ...kinds));

/** The two clocks that jobs go by: they are one, but in a market that is played or stands still. */
export interface JobClocks {
  readonly wall: Pick<Clock, 'nowMs'>;
  readonly market: Pick<Clock, 'nowMs'>;
}

/**
 * The clock that a job goes by.
 *
 * @example clockOfJob('billing', { wall, market }) // wall
 */
export const clockOfJob = <C extends JobClocks>(name: JobName, clocks: C): C['wall'] | C['market'] =>
  clocks[TIMETABLE[name].clock];

/**
 * When a job fires where whoever fires it does its waiting too: at its beat, and again while what it waits for may come.
 *
 * @example firingsOf(TIMETABLE.daily) // sessions from 18:30 to 23:45, each quarter of an hour
 */
export function firingsOf({ beat, waits }: TimetableEntry): Beat {
  if (waits === undefined || beat.kind !== 'minutes') return beat;
  return { ...beat, minutes: beat.minutes.flatMap((first) => every(waits.everyMinutes, first, at(waits.until))) };
}
