import type { FlagSource, RecordSource } from '@aion/market/records';
import type { ActionSource, BarSource, MarketFileSource, SourceName, SourceStanding } from '@aion/market/sources';

/** The sources of one process. One that is off is not there: asking for it throws AppError(missing_data) with the reason. */
export interface Sources {
  standing(name: SourceName): SourceStanding;
  bars(name: SourceName): BarSource;
  actions(name: SourceName): ActionSource;
  marketFiles(): MarketFileSource;
  records(name: SourceName): RecordSource;
  flags(): FlagSource;
  /** Keeps the state of the breakers for the next process. */
  save(): Promise<void>;
}
