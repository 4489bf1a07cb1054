// Gives the lab's directory server a TLS certificate and somebody who reads with a client certificate, and takes both away again.
import { insideLab } from '../following/lab-servers.ts';

export interface DirectoryTls {
  readonly securePort: number;
  readonly caPem: string;
  /** Of `uid=retag-reader`, whom the server maps to the entry of that name. */
  readonly reader: { readonly certificatePem: string; readonly keyPem: string };
  /** From the same CA, for nobody whom the directory knows. */
  readonly nobody: { readonly certificatePem: string; readonly keyPem: string };
}

const folder = '/root/directory-tls';
const instance = '/etc/dirsrv/slapd-lab';

function bindOptions(ldapUrl: string, bindDn: string, password: string): string {
  return `-x -H ${ldapUrl} -D '${bindDn}' -w '${password}'`;
}

/** For the host name `pki.example.test` only. The server is restarted. */
export function configureTls(directory: { url: URL; bindDn: string; password: string }, base: string): DirectoryTls {
  const securePort = Number(directory.url.port) + 3_000;
  const bind = bindOptions(directory.url.href, directory.bindDn, directory.password);
  insideLab(`set -e
mkdir -p ${folder}; cd ${folder}
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 30 -subj '/CN=Directory TLS CA' 2>/dev/null
issue() { # NAME SUBJECT
  openssl req -newkey rsa:2048 -nodes -keyout $1.key -out $1.csr -subj "$2" 2>/dev/null
  printf 'subjectAltName=DNS:pki.example.test' > $1.ext
  openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile $1.ext -out $1.crt 2>/dev/null
}
issue server '/CN=pki.example.test'
issue reader '/O=${base.replace(/^o=/i, '')}/OU=people/UID=retag-reader'
issue nobody '/O=elsewhere/UID=nobody'
openssl pkcs12 -export -in server.crt -inkey server.key -name Server-Cert -passout pass:x -out server.p12
certutil -D -d ${instance} -n Server-Cert -f ${instance}/pwdfile.txt 2>/dev/null || true
pk12util -i server.p12 -d ${instance} -k ${instance}/pwdfile.txt -W x >/dev/null
certutil -A -d ${instance} -n 'Directory TLS CA' -t CT,, -f ${instance}/pwdfile.txt -i ca.crt
chown -R dirsrv:dirsrv ${instance}
[ -e ${instance}/certmap.conf.before ] || cp ${instance}/certmap.conf ${instance}/certmap.conf.before
printf 'certmap default default\\ndefault:verifycert off\\n' > ${instance}/certmap.conf
ldapmodify ${bind} >/dev/null <<L
dn: cn=config
changetype: modify
replace: nsslapd-securePort
nsslapd-securePort: ${securePort}
-
replace: nsslapd-security
nsslapd-security: on

dn: cn=encryption,cn=config
changetype: modify
replace: nsSSLClientAuth
nsSSLClientAuth: allowed
L
ldapadd ${bind} >/dev/null 2>&1 <<L || true
dn: cn=RSA,cn=encryption,cn=config
objectClass: nsEncryptionModule
cn: RSA
nsSSLPersonalitySSL: Server-Cert
nsSSLToken: internal (software)
nsSSLActivation: on
L
ldapadd ${bind} >/dev/null <<L
dn: uid=retag-reader,ou=people,${base}
objectClass: top
objectClass: person
objectClass: organizationalPerson
objectClass: inetOrgPerson
uid: retag-reader
cn: retag-reader
sn: retag-reader
userPassword: reader password
L
ldapmodify ${bind} >/dev/null <<L
dn: ${base}
changetype: modify
add: aci
aci: (targetattr="*")(version 3.0; acl "retag reader"; allow (read,search,compare) userdn="ldap:///uid=retag-reader,ou=people,${base}";)
L
systemctl restart dirsrv@lab`);
  const read = (name: string) => insideLab(`cat ${folder}/${name}`);
  const identity = (name: string) => ({ certificatePem: read(`${name}.crt`), keyPem: read(`${name}.key`) });
  return { securePort, caPem: read('ca.crt'), reader: identity('reader'), nobody: identity('nobody') };
}

export function modifyConfiguration(directory: { url: URL; bindDn: string; password: string }, ldif: string): void {
  const bind = bindOptions(directory.url.href, directory.bindDn, directory.password);
  insideLab(`ldapmodify ${bind} >/dev/null <<L\n${ldif}\nL`);
}

export function removeTls(directory: { url: URL; bindDn: string; password: string }, base: string): void {
  const bind = bindOptions(directory.url.href, directory.bindDn, directory.password);
  insideLab(`cp ${instance}/certmap.conf.before ${instance}/certmap.conf
ldapdelete ${bind} uid=retag-reader,ou=people,${base} 2>/dev/null
ldapmodify ${bind} >/dev/null <<L
dn: ${base}
changetype: modify
delete: aci
aci: (targetattr="*")(version 3.0; acl "retag reader"; allow (read,search,compare) userdn="ldap:///uid=retag-reader,ou=people,${base}";)

dn: cn=config
changetype: modify
replace: nsslapd-security
nsslapd-security: off
L
systemctl restart dirsrv@lab; rm -rf ${folder}`);
}
