/** What the rest of the harness may use of the log-signature table. */
export { LOG_SIGNATURES, classify, crashSignature, lastProgressLine, signatureIds } from './signatures/classify.ts';
