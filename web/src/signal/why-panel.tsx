import type { SignalDetail } from '@aion/contracts';
import type { ReactNode } from 'react';
import { hiddenInWords } from '../signals/field-titles.ts';
import { GatedPanelBody } from '../signals/upsell.tsx';
import { dateTime, fixed, money, percent, shortDay, signedPercent } from '../ui/format.ts';
import { Fact, Panel } from '../ui/panel.tsx';
import { sentence } from '../ui/sentence.ts';
import { VoteWord } from '../ui/votes.tsx';

/** Why the models say so, and what would change it. */
export function WhyPanel({ detail }: { detail: SignalDetail }) {
  const { signal, why, gated } = detail;
  if (signal.access === 'basic' || why === null) {
    return (
      <Panel title="Why">
        {gated === null ? (
          <p className="text-ink-2">No reasons were kept for this signal.</p>
        ) : (
          <GatedPanelBody
            unlockTier={gated.unlockTier}
            what={`this panel shows ${hiddenInWords(gated.hiddenFields)}.`}
          />
        )}
      </Panel>
    );
  }
  const { band } = why;
  return (
    <Panel title="Why">
      <p>{sentence(why.summary)}</p>
      {why.now.length > 0 && (
        <Block title="Why now">
          <ul>
            {why.now.map(({ type, title, at }) => (
              <li key={type} className="flex justify-between gap-4 border-t border-line py-1">
                <span>{title}</span>
                <time dateTime={at} className="num whitespace-nowrap text-ink-3" title={dateTime(Date.parse(at))}>
                  {shortDay(at.slice(0, 10))}
                </time>
              </li>
            ))}
          </ul>
        </Block>
      )}
      <Block title="Model votes">
        <table className="w-full">
          <thead className="text-left text-note text-ink-3">
            <tr>
              <th scope="col" className="font-normal">
                Model
              </th>
              <th scope="col" className="font-normal">
                Vote
              </th>
              <th
                scope="col"
                className="text-right font-normal"
                title="Probability that the close is higher in ten sessions"
              >
                P(up)
              </th>
              <th scope="col" className="text-right font-normal" title="Forecast gross return over ten sessions">
                Return
              </th>
            </tr>
          </thead>
          <tbody>
            {signal.votes.map((vote) => (
              <tr key={vote.model} className="border-t border-line">
                <th scope="row" className="py-1 text-left font-medium" title={`Version ${vote.version}`}>
                  {vote.model}
                </th>
                <td>
                  <VoteWord vote={vote.vote} />
                </td>
                <td className="text-right">{vote.upProb === null ? '–' : percent(vote.upProb, 0)}</td>
                <td className="text-right">{vote.returnFrac === null ? '–' : signedPercent(vote.returnFrac)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Block>
      <dl className="mt-2 border-t border-line pt-2">
        <Fact name="Model confidence" title="The models' weighted probability that this side wins; not calibrated">
          {percent(signal.confidence)}
        </Fact>
        <Fact
          name="Chance of failure"
          title={signal.side === 'BUY' ? 'That the trade fails, by the veto' : 'That avoiding it is wrong, by the veto'}
        >
          {percent(signal.failProb)}
        </Fact>
        <Fact name="Veto">{signal.vetoDecision === 'boost' ? 'Lifts its rank' : 'Lets it pass'}</Fact>
        <Fact
          name={`In ${band.horizonSessions} sessions`}
          title="The close lies between these with a chance of 80 %, by the models"
        >
          {money(band.lowMinor, signal.currency)} – {money(band.highMinor, signal.currency)}
        </Fact>
      </dl>
      <Block title="Reasons">
        <List items={[...signal.reasons, ...signal.smcFlags].map((reason) => reason.title)} />
      </Block>
      <Block title="What would change it">
        <List items={why.whatWouldChange} />
      </Block>
      <details className="group mt-3 border-t border-line pt-3">
        <summary className="text-accent underline-offset-4 hover:underline">
          The {why.context.length} inputs of the models
        </summary>
        <dl className="mt-2">
          {why.context.map((input) => (
            <Fact key={input.name} name={input.title} title={input.name}>
              {input.value === null ? 'missing' : fixed(input.value, Math.abs(input.value) < 10 ? 4 : 2)}
            </Fact>
          ))}
        </dl>
      </details>
    </Panel>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mt-3">
      <h3 className="mb-1 text-note font-medium text-ink-3">{title}</h3>
      {children}
    </div>
  );
}

function List({ items }: { items: readonly string[] }) {
  if (items.length === 0) return <p className="text-ink-2">None were noted.</p>;
  return (
    <ul className="flex list-disc flex-col gap-1 pl-4 marker:text-ink-3">
      {items.map((item) => (
        <li key={item}>{sentence(item)}</li>
      ))}
    </ul>
  );
}
