# Calls what Dogtag's Python client offers an agent, and prints one JSON document of what came of each call.
# Words: port, PEM file of the agent, PEM file of the CA, PEM file of a certificate request, and `read` or `write`.
import json
import sys

import pki
import pki.account
import pki.cert
import pki.client
import pki.info
import pki.profile

port, agent_file, ca_file, request_file, what = sys.argv[1:6]
connection = pki.client.PKIConnection('https', 'pki.example.test', port, 'ca', cert_paths=ca_file)
connection.set_authentication_cert(agent_file)
certs = pki.cert.CertClient(connection)
done = {}


def plain(value):
    """Attributes of the client's objects as data, without those that hold the connection."""
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, bytes):
        return value.decode('utf-8', 'replace')
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    return {name: plain(one) for name, one in vars(value).items() if not name.startswith('_') and name != 'connection'}


def call(name, function, *words, **named):
    try:
        done[name] = plain(function(*words, **named))
    except Exception as error:  # What the client raises is part of what is compared.
        done[name] = {'raised': type(error).__name__, 'said': str(error)}
    return done[name]


def read():
    account = pki.account.AccountClient(connection)
    call('login', account.login)
    call('get_cert', certs.get_cert, 1)
    call('get_cert, none', certs.get_cert, 999999999)
    call('list_certs, first', certs.list_certs, size=5)
    call('list_certs, later', certs.list_certs, size=3, start=2)
    call('list_certs, revoked', certs.list_certs, size=5, status='REVOKED')
    call('list_certs, by serial numbers', certs.list_certs, size=5, serial_from='2', serial_to='6')
    call('list_certs, by name', certs.list_certs, size=5, common_name='pki.example.test', match_exactly=True)
    call('list_certs, by authority', certs.list_certs, size=5, issued_by='admin')
    call('list_requests', certs.list_requests, size=3, max_results=3)
    call('list_requests, complete', certs.list_requests, request_status='complete', size=2)
    call('get_request', certs.get_request, '1')
    call('get_request, none', certs.get_request, '999999999')
    call('list_enrollment_templates', certs.list_enrollment_templates, size=200)
    call('get_enrollment_template', certs.get_enrollment_template, 'caServerCert')
    call('get_enrollment_template, none', certs.get_enrollment_template, 'noSuchProfile')
    call('review_request, none', certs.review_request, '999999999')
    call('list_profiles', pki.profile.ProfileClient(connection).list_profiles, size=5)
    call('logout', account.logout)


def submit(profile):
    with open(request_file) as file:
        csr = file.read()
    inputs = {
        'cert_request_type': 'pkcs10',
        'cert_request': csr,
        'requestor_name': 'Python',
        'requestor_email': 'python@example.test',
    }
    request = certs.create_enrollment_request(profile, inputs)
    return certs.submit_enrollment_request(request).cert_request_info_list[0]


def write():
    def enroll(profile):
        with open(request_file) as file:
            inputs = {'cert_request_type': 'pkcs10', 'cert_request': file.read(), 'requestor_name': 'Python'}
        return certs.enroll_cert(profile, inputs)

    call('enroll_cert, at once', enroll, 'caIPAserviceCert')
    call('enroll_cert, approved', enroll, 'caServerCert')
    call('enroll_cert, no such profile', enroll, 'noSuchProfile')
    pending = submit('caServerCert')
    call('review_request', certs.review_request, pending.request_id)
    call('assign_request', certs.assign_request, pending.request_id)
    call('unassign_request', certs.unassign_request, pending.request_id)
    call('validate_request', certs.validate_request, pending.request_id)
    call('update_request', certs.update_request, pending.request_id)
    call('approve_request', certs.approve_request, pending.request_id)
    call('get_request, issued', certs.get_request, pending.request_id)
    call('reject_request', certs.reject_request, submit('caServerCert').request_id)
    call('cancel_request', certs.cancel_request, submit('caServerCert').request_id)
    serial = certs.get_request(pending.request_id).cert_id
    call('hold_cert', certs.hold_cert, serial)
    call('get_cert, held', certs.get_cert, serial)
    call('unrevoke_cert', certs.unrevoke_cert, serial)
    call('unrevoke_cert, again', certs.unrevoke_cert, serial)
    call('revoke_cert', certs.revoke_cert, serial, revocation_reason='Superseded', comments='Python')
    call('revoke_cert, again', certs.revoke_cert, serial)
    call('get_cert, revoked', certs.get_cert, serial)
    call('revoke_ca_cert, of no CA', certs.revoke_ca_cert, serial)


{'read': read, 'write': write}[what]()
json.dump(done, sys.stdout, indent=1, sort_keys=True)
