export { MARKET_HMM, marketRegime } from './market-regime.ts';
export { type GaussianHmm, filterStates, fitHmm } from './hmm.ts';
