'use client';
import type { Signal } from '@aion/contracts';
import { useEffect, useState } from 'react';
import { Field } from '../ui/field.tsx';
import { compact, count, currencySymbol, money, percent } from '../ui/format.ts';
import { Fact } from '../ui/panel.tsx';
import { sizePosition } from './position-size.ts';

const MEMORY = 'aion-sizing';

/** How many shares for the member's capital and risk. The two numbers stay in this browser. */
export function SizeCalculator(props: {
  currency: Signal['currency'];
  entryMinor: number;
  stopMinor: number;
  targetMinor: number;
}) {
  const { currency, entryMinor, stopMinor } = props;
  const [capital, setCapital] = useState('500000');
  const [risk, setRisk] = useState('1');
  useEffect(() => {
    const [savedCapital, savedRisk] = (localStorage.getItem(MEMORY) ?? '').split('|');
    if (savedCapital && savedRisk) {
      setCapital(savedCapital);
      setRisk(savedRisk);
    }
  }, []);
  const keep = (nextCapital: string, nextRisk: string): void => {
    setCapital(nextCapital);
    setRisk(nextRisk);
    localStorage.setItem(MEMORY, `${nextCapital}|${nextRisk}`);
  };
  const capitalMajor = Number(capital.replaceAll(',', ''));
  const riskPercent = Number(risk);
  const riskOk = riskPercent > 0 && riskPercent <= 100;
  const size = riskOk
    ? sizePosition({ capitalMinor: Math.round(capitalMajor * 100), riskFrac: riskPercent / 100, entryMinor, stopMinor })
    : null;
  return (
    <div className="mt-3 border-t border-line pt-3">
      <h3 className="font-semibold">How many shares</h3>
      <div className="mt-2 grid grid-cols-[3fr_2fr] gap-3">
        <Field
          label="Capital"
          unit={currencySymbol(currency)}
          inputMode="numeric"
          value={capital}
          onChange={(event) => keep(event.target.value, risk)}
          error={capitalMajor > 0 ? undefined : 'A number above zero.'}
          hint={capitalMajor > 0 ? `${currencySymbol(currency)}${compact(capitalMajor, currency)}` : undefined}
        />
        <Field
          label="Risk"
          unit="% of it"
          inputMode="decimal"
          value={risk}
          onChange={(event) => keep(capital, event.target.value)}
          error={riskOk ? undefined : 'Between 0 and 100.'}
        />
      </div>
      {size !== null && (
        <div aria-live="polite">
          <dl className="mt-2">
            <Fact name="Shares">
              <span className="text-lead font-semibold">{count(size.shares)}</span>
            </Fact>
            <Fact name="Cost at the top of the zone">
              {money(size.costMinor, currency)}{' '}
              <span className="font-normal text-ink-3">{percent(size.costMinor / (capitalMajor * 100), 0)}</span>
            </Fact>
            <Fact name="Loss at the stop">{money(-size.lossAtStopMinor, currency)}</Fact>
            <Fact name="Gain at the first target">
              {money(size.shares * (props.targetMinor - entryMinor), currency)}
            </Fact>
          </dl>
          <p className="mt-1 text-note text-ink-3">
            {size.shares === 0
              ? 'One share already risks or costs more than that.'
              : size.limitedBy === 'capital'
                ? 'The capital ends the size before the risk does.'
                : 'The risk ends the size.'}{' '}
            Costs, taxes and gaps through the stop are left out.
          </p>
        </div>
      )}
    </div>
  );
}
