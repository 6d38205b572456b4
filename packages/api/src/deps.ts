import type {
  DemoLogins,
  FirstAdmin,
  ImportList,
  ImportReport,
  MarketStatus,
  OpenDemo,
  OutboxPage,
  QuarantinePage,
  RowReview,
  RowReviewRequest,
  RunKind,
  SourceList,
} from '@aion/contracts';
import type { EndScope, Entitlement, SessionIdentity } from '@aion/accounts';
import type { Clock, ItemTable, ObjectStore, SessionDate, Telemetry, Exchange } from '@aion/core';
import type { ExchangeCalendar, StatedBars } from '@aion/market';
import type { Context } from 'hono';
import type { Actor, RateLimits } from '@aion/jobs';
import type { JobName } from '@aion/jobs/timetable';
import type { KillSwitch } from '@aion/trading';

/** A file that was received whole. The API never reads it: its host does, in a process or a function of its own. */
export interface StagedUpload {
  readonly bytes: number;
  readonly sha256: string;
  /** `replace`: bars whose values differ from the stored ones take their place, as a correction. `stated`: what its sender says of its bars. */
  import(options: { replace: boolean; actor: Actor; stated: StatedBars }): Promise<ImportReport>;
  /** Called once, whatever became of it. */
  discard(): Promise<void>;
}

/** Everything the API needs from its host. No model runtime and no analytics engine is among it. */
export interface ApiDeps {
  readonly exchange: Exchange;
  readonly version: string;
  readonly mode: 'stub' | 'prod';
  readonly simulated: boolean;
  readonly clockKind: () => MarketStatus['clock'];
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  /** The wall clock: caches, tokens, expiry. */
  readonly clock: Clock;
  /** The product's now. */
  readonly marketClock: Clock;
  readonly calendar: ExchangeCalendar;
  readonly telemetry: Telemetry;
  readonly limits: RateLimits;
  /** Whose address a request comes from, by the connection or by someone whom the host believes; never by a header of the client. */
  readonly clientAddress?: (c: Context) => string;
  readonly kill: KillSwitch;
  /** Throws AppError(unauthenticated). */
  readonly verifyToken: (token: string) => Promise<SessionIdentity>;
  /** Whether the session of a token has not ended: by sign-out, a new password, or a refresh token that came twice. */
  readonly sessionLives: (session: SessionIdentity, entitlement: Entitlement) => Promise<boolean>;
  /** Ends sessions of the caller. */
  readonly endSessions: (session: SessionIdentity, scope: EndScope) => Promise<void>;
  /** A secret that nobody guesses. */
  readonly newSecret: () => string;
  /** Gives someone whom the identity provider knows and this product does not yet their first entitlement. */
  readonly admitUser?: (identity: { userId: string; email: string }) => Promise<Entitlement>;
  /** Starts a run in a process of its own, or says which one is running already. */
  readonly startRun: (request: {
    kind: RunKind;
    sessionDate?: SessionDate;
    actor: Actor;
    retryOf?: string;
  }) => Promise<{ runId: string; alreadyRunning: boolean }>;
  /** Receives a file as it comes, without reading it. Throws AppError(too_large). */
  readonly receiveUpload: (name: string, body: ReadableStream<Uint8Array>, maxBytes: number) => Promise<StagedUpload>;
  /** The newest imports, with where they are. */
  readonly listImports: () => Promise<ImportList['imports']>;
  readonly listQuarantine: (page: { limit: number; after?: string; code?: string }) => Promise<QuarantinePage>;
  /** Releases or dismisses a quarantined row. */
  readonly reviewRow: (request: RowReviewRequest & { readonly actor: Actor }) => Promise<RowReview>;
  /** The jobs of the timetable that this host does now. */
  readonly activeJobs: () => Promise<ReadonlySet<JobName>>;
  readonly listSources: () => Promise<SourceList['sources']>;
  readonly listOutbox: (page: { limit: number; after?: string }) => Promise<OutboxPage>;
  readonly lastBarDate: () => Promise<SessionDate | null>;
  readonly metricsText: () => Promise<string>;
  /** Throws AppError(not_found) where there is no demo, AppError(forbidden) for a secret that is wrong or used up. */
  readonly openDemo: (asked: OpenDemo) => Promise<DemoLogins>;
  /** Throws AppError(not_found) on a host that makes no accounts, AppError(forbidden) for a secret that is wrong or used up. */
  readonly makeFirstAdmin: (asked: FirstAdmin) => Promise<void>;
  readonly healthChecks: () => Promise<readonly { name: string; ok: boolean; detail: string }[]>;
}

/** The largest upload: a whole-market bhavcopy is about 0.4 MB. */
export const MAX_UPLOAD_BYTES = 32 * 1024 * 1024;
