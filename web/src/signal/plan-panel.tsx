import type { SignalDetail } from '@aion/contracts';
import { hiddenInWords } from '../signals/field-titles.ts';
import { GatedPanelBody } from '../signals/upsell.tsx';
import { fixed, money, price, sessionDay, signedPercent } from '../ui/format.ts';
import { Fact, Panel } from '../ui/panel.tsx';
import { SizeCalculator } from './size-calculator.tsx';
import { Warnings } from './warnings.tsx';

const PLAN_FIELDS = /target|reward|valid|stop/i;
const STOPS = {
  structure: 'Under a support of the daily structure. ',
  range: 'At a distance in average ranges: no support is near enough. ',
} as const;

/** Where to enter, where to leave, and how much. */
export function PlanPanel({ detail }: { detail: SignalDetail }) {
  const { signal, gated } = detail;
  const { plan, currency } = signal;
  if (plan === null) {
    return (
      <Panel title="Plan">
        <p>
          <span className="font-semibold">Exit or avoid.</span>{' '}
          <span className="text-ink-2">
            A sell signal says not to hold this stock. It has no entry, stop or target, because nothing is sold short.
          </span>
        </p>
      </Panel>
    );
  }
  const worst = plan.entryHighMinor;
  const targets = 'targetsMinor' in plan ? plan.targetsMinor : [plan.firstTargetMinor];
  const hidden = (gated?.hiddenFields ?? []).filter((field) => PLAN_FIELDS.test(field));
  return (
    <Panel title="Plan">
      <Warnings warnings={signal.warnings} />
      <dl>
        <Fact name="Entry zone">
          {money(plan.entryLowMinor, currency)} – {price(plan.entryHighMinor, currency)}
        </Fact>
        <Fact
          name="Stop"
          title={`${'stopBasis' in plan && plan.stopBasis !== undefined ? STOPS[plan.stopBasis] : ''}From the top of the entry zone`}
        >
          {money(plan.stopMinor, currency)} <Distance frac={plan.stopMinor / worst - 1} />
        </Fact>
        {targets.map((target, index) => (
          <Fact key={index} name={targets.length === 1 ? 'First target' : `Target ${index + 1}`}>
            {money(target, currency)} <Distance frac={target / worst - 1} />
          </Fact>
        ))}
        {'rewardRiskRatio' in plan && (
          <>
            <Fact name="Reward : risk" title="To the first target, at the worst fill: the top of the entry zone">
              {fixed(plan.rewardRiskRatio, 2)}
            </Fact>
            <Fact name="Valid until">{sessionDay(plan.validUntil)}</Fact>
          </>
        )}
      </dl>
      {gated !== null && hidden.length > 0 && (
        <div className="mt-2">
          <GatedPanelBody unlockTier={gated.unlockTier} what={`the plan also shows ${hiddenInWords(hidden)}.`} />
        </div>
      )}
      <SizeCalculator
        currency={currency}
        entryMinor={plan.entryHighMinor}
        stopMinor={plan.stopMinor}
        targetMinor={plan.firstTargetMinor}
      />
    </Panel>
  );
}

const Distance = ({ frac }: { frac: number }) => (
  <span className="inline-block w-14 font-normal text-ink-3">{signedPercent(frac)}</span>
);
