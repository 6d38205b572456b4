import type { ReactNode } from 'react';
import { Wordmark } from '../frame/wordmark.tsx';

/** The frame of the pages that somebody sees before they are signed in: what to do, and beside it what the product is. */
export function Entry({ children }: { children: ReactNode }) {
  return (
    <main className="grid min-h-dvh lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <div className="flex flex-col justify-center px-6 py-12 sm:px-16">
        <div className="mx-auto w-full max-w-sm">
          <Wordmark />
          {children}
        </div>
      </div>
      <Pitch />
    </main>
  );
}

/** A plan as the product draws it: an entry zone, a stop, a target, and the close on its way. An example, not a signal. */
function PlanPicture() {
  return (
    <svg
      viewBox="0 0 480 200"
      role="img"
      aria-label="An example of a plan: entry zone, stop and target"
      className="w-full"
    >
      <rect x="0" y="96" width="480" height="20" fill="var(--accent-soft)" />
      <path d="M0 24H480" stroke="var(--up)" strokeDasharray="4 4" />
      <path d="M0 152H480" stroke="var(--down)" strokeDasharray="4 4" />
      <path d="M0 96H480M0 116H480" stroke="var(--accent)" strokeOpacity="0.6" />
      <path
        d="M0 176 24 168 44 174 70 150 92 158 118 132 140 140 162 120 186 128 210 106 232 112 254 98 276 106"
        fill="none"
        stroke="var(--ink-2)"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      <path d="M276 106C300 78 340 56 400 44V128C340 128 300 118 276 106Z" fill="var(--accent)" fillOpacity="0.16" />
      <circle cx="276" cy="106" r="4" fill="var(--ink)" />
      <g fontSize="12" fontWeight="600" textAnchor="end">
        <text x="476" y="18" fill="var(--up)">
          Target
        </text>
        <text x="476" y="110" fill="var(--accent)">
          Entry zone
        </text>
        <text x="476" y="168" fill="var(--down)">
          Stop
        </text>
      </g>
    </svg>
  );
}

/** What the product is, for somebody who came here first. */
function Pitch() {
  return (
    <aside className="hidden flex-col justify-center border-l border-line bg-surface px-16 py-12 lg:flex">
      <div className="max-w-lg">
        <PlanPicture />
        <p className="mt-12 text-figure font-semibold tracking-tight text-balance">
          After each session, the few stocks worth a plan. With the reasons.
        </p>
        <ul className="mt-8 flex flex-col gap-4 text-lead text-ink-2">
          <li>Every signal has an entry zone, a stop and targets before it is published.</li>
          <li>What was scanned and why the rest was turned away is counted and shown.</li>
          <li>The hourly check says which signals are ready to enter and which wait, and for what.</li>
        </ul>
        <p className="mt-8 text-body text-ink-3">
          Information, not investment advice. Forecasts are uncertain and trading can lose money.
        </p>
      </div>
    </aside>
  );
}
