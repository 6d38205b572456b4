import { makeRng } from '@aion/core';
import { testEveryFeature, testEveryScan } from '../../test/every-feature.ts';
import { simulatedLookAheadMarket } from './index.ts';

const market = simulatedLookAheadMarket(makeRng('look-ahead'));
testEveryFeature(market, 48);
testEveryScan(market, 32);
