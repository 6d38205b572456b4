import { testsOf } from './vitest.config.ts';

/** `npm run test:long`: the whole form of what `npm test` shows a part of. */
export default testsOf('long');
