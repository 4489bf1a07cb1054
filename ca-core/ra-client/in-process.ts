// The RA contract in the authority's own process: what every edge gets in the appliance of one process.
import { type AuthorityOperations, CaError } from '#ca-core/engine';
import type { Log } from '#platform';
import type { RaClient } from './ra-client.ts';

/**
 * Passes calls on. Anything but a CaError that comes back is a fault of ours: it is logged with its cause and becomes `internal`, so that an
 * edge never has to deal with more than the contract names, and a client never reads a stack.
 */
export function createInProcessRaClient(authority: AuthorityOperations, log: Log): RaClient {
  const guarded =
    <Arguments extends readonly unknown[], Result>(name: string, call: (...values: Arguments) => Promise<Result>) =>
    async (...values: Arguments): Promise<Result> => {
      try {
        return await call(...values);
      } catch (error) {
        if (error instanceof CaError) throw error;
        log.error('the authority failed', { call: name, error });
        throw new CaError('internal', 'Internal Error', { cause: error });
      }
    };
  return {
    submitEnrollment: guarded('submitEnrollment', (submission, caller) =>
      authority.submitEnrollment(submission, caller),
    ),
    answerCmc: guarded('answerCmc', (submission, caller) => authority.answerCmc(submission, caller)),
    reviewEnrollment: guarded('reviewEnrollment', (id, caller) => authority.reviewEnrollment(id, caller)),
    decideEnrollment: guarded('decideEnrollment', (decision, caller) => authority.decideEnrollment(decision, caller)),
    findRequest: guarded('findRequest', (id) => authority.findRequest(id)),
    listRequests: guarded('listRequests', (query) => authority.listRequests(query)),
    findCertificate: guarded('findCertificate', (serialNumber) => authority.findCertificate(serialNumber)),
    searchCertificates: guarded('searchCertificates', (query) => authority.searchCertificates(query)),
    revokeCertificate: guarded('revokeCertificate', (order, caller) => authority.revokeCertificate(order, caller)),
    releaseCertificate: guarded('releaseCertificate', (serialNumber, caller) =>
      authority.releaseCertificate(serialNumber, caller),
    ),
    listProfiles: guarded('listProfiles', () => authority.listProfiles()),
    findProfile: guarded('findProfile', (id) => authority.findProfile(id)),
    defineProfile: guarded('defineProfile', (id) => authority.defineProfile(id)),
    administerProfile: guarded('administerProfile', (order, caller) => authority.administerProfile(order, caller)),
    describeAuthority: guarded('describeAuthority', (id) => authority.describeAuthority(id)),
    createAuthority: guarded('createAuthority', (order, caller) => authority.createAuthority(order, caller)),
    changeAuthority: guarded('changeAuthority', (id, change, caller) => authority.changeAuthority(id, change, caller)),
    renewAuthority: guarded('renewAuthority', (id, caller) => authority.renewAuthority(id, caller)),
    deleteAuthority: guarded('deleteAuthority', (id, caller) => authority.deleteAuthority(id, caller)),
    listAuthorities: guarded('listAuthorities', () => authority.listAuthorities()),
    findCrl: guarded('findCrl', (issuingPoint, kind) => authority.findCrl(issuingPoint, kind)),
    generateCrl: guarded('generateCrl', (issuingPoint, caller) => authority.generateCrl(issuingPoint, caller)),
    answerOcsp: guarded('answerOcsp', (ocspRequestDer) => authority.answerOcsp(ocspRequestDer)),
    readRoster: guarded('readRoster', () => authority.readRoster()),
    administerRoster: guarded('administerRoster', (order, caller) => authority.administerRoster(order, caller)),
    readSecurityDomain: guarded('readSecurityDomain', () => authority.readSecurityDomain()),
    administerSecurityDomain: guarded('administerSecurityDomain', (order, caller) =>
      authority.administerSecurityDomain(order, caller),
    ),
    isAcmeEnabled: guarded('isAcmeEnabled', () => authority.isAcmeEnabled()),
    switchAcme: guarded('switchAcme', (enabled, caller) => authority.switchAcme(enabled, caller)),
    checkPassword: guarded('checkPassword', (userId, password) => authority.checkPassword(userId, password)),
    readAccessDirectory: guarded('readAccessDirectory', (seenRevision) => authority.readAccessDirectory(seenRevision)),
  };
}
