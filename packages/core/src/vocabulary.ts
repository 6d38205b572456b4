// Lists of words that stored records and the answers of the API have in common. The shape of a record belongs to the package that stores it
// and the shape of an answer to `contracts`, so that either can change without the other; the words that both are made of stand here, once.

export const RUN_KINDS = ['daily', 'hourly', 'post-market'] as const;
export const RUN_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'interrupted'] as const;
export const STEP_STATUSES = ['waiting', 'running', 'done', 'reused', 'failed'] as const;
/** How a job of the timetable ended; `waiting`: what it needs is not there yet. */
export const JOB_OUTCOMES = ['never', 'running', 'waiting', 'done', 'failed'] as const;

export const SIDES = ['BUY', 'SELL'] as const;
/** What a model expects of a price. */
export const OPINIONS = ['UP', 'DOWN', 'NEUTRAL'] as const;
/** How far a model is trusted. */
export const STANDINGS = ['champion', 'experimental', 'stub'] as const;
export const READINESS_STATES = ['READY_TO_ENTER', 'WAIT'] as const;
/** What the learning layer did to a signal that it did not block. */
export const GATE_RESULTS = ['boost', 'pass'] as const;

/** Where the first target is from: resting liquidity, a multiple of the risk, the edge of the forecast's band. */
export const TARGET_BASES = ['liquidity', 'multiple', 'band'] as const;
/** `structure`: under a support; `range`: at a distance in average ranges, because no support is near enough. */
export const STOP_BASES = ['structure', 'range'] as const;

/** How much a finding about the data weighs: `error` holds a symbol or a day back, `warning` wants a look, `info` explains. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export const ACTION_KINDS = ['split_or_bonus', 'split', 'bonus', 'demerger_or_rights', 'dividend'] as const;
/** How surely a jump of prices is a corporate action. */
export const ACTION_CONFIDENCES = ['likely', 'possible'] as const;
/** What became of a quarantined row that somebody looked at. */
export const REVIEW_DECISIONS = ['released', 'dismissed'] as const;

export const SCAN_FAMILIES = [
  'volume',
  'breakout',
  'consolidation',
  'reversal',
  'trend',
  'momentum',
  'smart-money',
  'own',
] as const;
export const SCAN_ENTRIES = ['scan', 'preset'] as const;
/** How a figure of a scan is shown; `frac` is a fraction to show in percent. */
export const FIGURE_UNITS = ['number', 'price', 'frac', 'flag', 'shares', 'money'] as const;
/** Whether a part of a scan's rule holds for a symbol. */
export const PART_STATES = ['met', 'failed', 'unknown'] as const;
export const CURRENCIES = ['INR', 'USD'] as const;

/** `stub`: what models are not there yet for is made up, and says so. */
export const MODES = ['stub', 'prod'] as const;
export const TIERS = ['basic', 'pro', 'elite'] as const;
/** Which sessions of a user a sign-out ends. */
export const SIGN_OUT_SCOPES = ['global', 'local', 'others'] as const;
export const CHART_TIMEFRAMES = ['M', 'W', 'D', '4H', '1H'] as const;
/** What became of a published signal. */
export const SIGNAL_STATUSES = [
  'ACTIVE',
  'ENTERED',
  'MISSED',
  'EXPIRED',
  'TARGET',
  'STOPPED',
  'TIMED_OUT',
  'RECALLED',
] as const;
/** Measures of the exchange on a share, and its results days. */
export const FLAGS = ['results', 'asm', 'gsm', 't2t', 'fno_ban', 'price_band'] as const;

export type Side = (typeof SIDES)[number];
export type Opinion = (typeof OPINIONS)[number];
export type Standing = (typeof STANDINGS)[number];
export type ReadinessState = (typeof READINESS_STATES)[number];
export type GateResult = (typeof GATE_RESULTS)[number];
export type TargetBasis = (typeof TARGET_BASES)[number];
export type StopBasis = (typeof STOP_BASES)[number];
export type SignalStatus = (typeof SIGNAL_STATUSES)[number];
export type Severity = (typeof SEVERITIES)[number];
