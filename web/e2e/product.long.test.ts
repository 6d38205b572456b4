import { testWholeProduct } from './whole-product.ts';

testWholeProduct({});
