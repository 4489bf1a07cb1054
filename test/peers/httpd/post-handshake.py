"""One request as FreeIPA's own client makes it: TLS 1.3, and a certificate that is shown when the server asks for it afterwards."""
import http.client
import ssl
import sys

port, host, ca_file, certificate_file, key_file, target = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.minimum_version = ssl.TLSVersion.TLSv1_3
context.check_hostname = False
context.load_verify_locations(ca_file)
context.load_cert_chain(certificate_file, key_file)
context.post_handshake_auth = True
connection = http.client.HTTPSConnection("127.0.0.1", int(port), context=context, timeout=30)
connection.request("GET", target, headers={"Host": f"{host}:{port}", "Accept": "application/json"})
response = connection.getresponse()
print(response.status, response.read().decode())
