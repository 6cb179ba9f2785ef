import { metric } from './metric.ts';

/**
 * The area under the precision-recall curve, as average precision: the mean precision at the scores of the positive
 * rows. Larger is better; a model that knows nothing has the share of positives. Tells more than `auc` where these are few.
 */
export const prAuc = metric('pr auc');
