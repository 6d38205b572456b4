import type { FeatureNode } from '../engine/node.ts';
import { featureNode } from '../engine/node.ts';
import { smaKernel } from './moving-average.ts';

const smaNode = (period: number): FeatureNode =>
  featureNode({
    kernel: smaKernel(period),
    source: 'TA-Lib SMA',
    columns: [{ name: `sma${period}`, title: `Simple moving average, ${period} bars`, low: 0, warmUpBars: period }],
  });

/** Every indicator with its usual periods. */
export const INDICATOR_NODES: readonly FeatureNode[] = [smaNode(20)];

/** An indicator whose name carries another period (`sma37`); undefined when the name is none. */
export function indicatorNodeNamed(name: string): FeatureNode | undefined {
  const found = /^sma([1-9]\d{0,3})$/.exec(name);
  return found === null ? undefined : smaNode(Number(found[1]));
}
