import { ELSEWHERE, testWayBack } from './way-back.ts';

testWayBack(Object.values(ELSEWHERE));
