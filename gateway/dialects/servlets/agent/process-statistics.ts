// /ca/agent/ca/getOCSPInfo and getStats: how busy Dogtag's own process has been (Dogtag's GetOCSPInfo and GetStats). What this one does is told by
// `retag status` and its admin port, in units that Dogtag's forms do not have; here nothing is counted, as right after a start of Dogtag's.
import { formatJavaDate } from '#codecs/dogtag-text';
import type { GatewayResponse } from '../../../routing/operation.ts';
import type { ServletCall } from '../servlet-call.ts';
import { answerTemplatePage } from '../template-servlet.ts';

/** A page, whoever asks for XML. */
export async function getOcspInfo(): Promise<GatewayResponse> {
  const counters = ['numReq', 'totalSec', 'totalSignSec', 'totalLookupSec', 'totalData', 'ReqSec'];
  const header = counters.map((name) => [name, '0'] as const);
  return answerTemplatePage('OCSP Responder', { header, fixed: [], records: [] });
}

export async function getStatistics({ settings: { clock, zone } }: ServletCall): Promise<GatewayResponse> {
  const now = formatJavaDate(clock.now(), zone);
  const header = [['startTime', now] as const, ['curTime', now] as const];
  return answerTemplatePage('Statistics', { header, fixed: [], records: [] });
}
