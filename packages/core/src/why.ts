import { z } from 'zod';
import { WHY_LETTERS } from './why-letters.ts';

/** The reason of a decision that is kept, without the blanks around it: asked for in the same words wherever somebody decides. */
export const Why = z
  .string()
  .trim()
  .min(WHY_LETTERS.least, 'say why, in at least three letters: it is kept')
  .max(WHY_LETTERS.most, `say why in at most ${WHY_LETTERS.most} letters: it is kept`);
