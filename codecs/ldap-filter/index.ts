// Search filters of LDAP as text (RFC 4515), which clients of Dogtag's older servlets send as a parameter.
export { FilterSyntaxError, type LdapFilter, parseLdapFilter } from './parse-filter.ts';
