// Prints how JSS encodes extensions, algorithm identifiers and validities of many shapes; see ../README.md.
import org.mozilla.jss.netscape.security.x509.*;
import org.mozilla.jss.netscape.security.x509.Extension;
import org.mozilla.jss.netscape.security.extensions.*;
import org.mozilla.jss.netscape.security.util.*;
import java.io.*;
import java.math.BigInteger;
import java.util.*;
public class Extensions {
  static Map<String,String> out = new LinkedHashMap<>();
  interface Make { Extension get() throws Exception; }
  interface Bytes { byte[] get() throws Exception; }
  static String hex(byte[] b){ StringBuilder s=new StringBuilder(); for(byte x:b) s.append(String.format("%02x",x)); return s.toString(); }
  static void ext(String name, Make m){ try { Extension e=m.get(); DerOutputStream o=new DerOutputStream(); if (e instanceof CertAttrSet) ((CertAttrSet)e).encode((OutputStream)o); else e.encode(o); out.put(name, hex(o.toByteArray())); } catch(Throwable t){ out.put(name, "throws "+t.getClass().getSimpleName()+" "+t.getMessage()); } }
  static void raw(String name, Bytes m){ try { out.put(name, hex(m.get())); } catch(Throwable t){ out.put(name, "throws "+t.getClass().getSimpleName()+" "+t.getMessage()); } }
  static boolean[] bits(int n, int... on){ boolean[] b=new boolean[n]; for(int i:on) b[i]=true; return b; }
  static GeneralNames names(GeneralNameInterface... n) throws Exception { GeneralNames g=new GeneralNames(); for(GeneralNameInterface i:n) g.addElement(i); return g; }
  static ObjectIdentifier oid(String s){ return new ObjectIdentifier(s); }
  public static void main(String[] a) throws Exception {
    ext("keyUsage none", ()->new KeyUsageExtension(true,bits(9)));
    ext("keyUsage 0", ()->new KeyUsageExtension(true,bits(9,0)));
    ext("keyUsage 0 2 8", ()->new KeyUsageExtension(false,bits(9,0,2,8)));
    ext("keyUsage 7", ()->new KeyUsageExtension(true,bits(9,7)));
    ext("keyUsage 5 6", ()->new KeyUsageExtension(true,bits(9,5,6)));
    ext("keyUsage 0..8", ()->new KeyUsageExtension(true,bits(9,0,1,2,3,4,5,6,7,8)));
    ext("netscapeCertType none", ()->new NSCertTypeExtension(false,bits(8)));
    ext("netscapeCertType 0 1", ()->new NSCertTypeExtension(false,bits(8,0,1)));
    ext("netscapeCertType 7", ()->new NSCertTypeExtension(true,bits(8,7)));
    ext("netscapeCertType 5 6 7", ()->new NSCertTypeExtension(false,bits(8,5,6,7)));
    ext("netscapeComment", ()->new NSCCommentExtension(false,"A comment, with @ and _"));
    ext("netscapeComment not ascii", ()->new NSCCommentExtension(false,"caf\u00e9"));
    ext("basicConstraints false", ()->new BasicConstraintsExtension(false,false,-1));
    ext("basicConstraints true", ()->new BasicConstraintsExtension(true,true,-1));
    ext("basicConstraints true 0", ()->new BasicConstraintsExtension(true,true,0));
    ext("basicConstraints true 128", ()->new BasicConstraintsExtension(true,true,128));
    ext("basicConstraints false 5", ()->new BasicConstraintsExtension(false,true,5));
    ext("basicConstraints true 70000", ()->new BasicConstraintsExtension(true,false,70000));
    ext("extKeyUsage", ()->{ Vector<ObjectIdentifier> v=new Vector<>(); v.add(oid("1.3.6.1.5.5.7.3.2")); v.add(oid("1.3.6.1.5.5.7.3.1")); v.add(oid("2.5.29.37.0")); return new ExtendedKeyUsageExtension(false,v);});
    ext("extKeyUsage empty", ()->new ExtendedKeyUsageExtension(true,null));
    ext("subjectKeyIdentifier", ()->new SubjectKeyIdentifierExtension(false,new byte[]{1,2,3}));
    ext("authorityKeyIdentifier key", ()->new AuthorityKeyIdentifierExtension(false,new KeyIdentifier(new byte[]{1,2,3}),null,null));
    ext("authorityKeyIdentifier all", ()->new AuthorityKeyIdentifierExtension(false,new KeyIdentifier(new byte[]{1,2,3}),names(new X500Name("CN=a,O=X")),new SerialNumber(BigInteger.valueOf(128))));
    ext("authorityKeyIdentifier none", ()->new AuthorityKeyIdentifierExtension(false,null,null,null));
    ext("subjectAltName all", ()->new SubjectAlternativeNameExtension(false,names(new DNSName("a.example.test"),new RFC822Name("a@b.c"),new URIName("http://x/y"),new IPAddressName("10.0.0.1"),new IPAddressName("2001:db8::1"),new OIDName(oid("1.2.3.4")),new X500Name("CN=a,O=X"),new EDIPartyName("party"),new EDIPartyName("assigner","party"),new OtherName(oid("1.3.6.1.4.1.311.20.2.3"),DerValue.tag_UTF8String,"user@REALM"))));
    ext("subjectAltName wrapped", ()->new SubjectAlternativeNameExtension(true,names(new GeneralName(new DNSName("a.example.test")),new GeneralName(new X500Name("CN=a")),new GeneralName(new OtherName(oid("1.2.3"),"printable")),new GeneralName(new EDIPartyName("p")))));
    ext("subjectAltName otherName bmp", ()->new SubjectAlternativeNameExtension(false,names(new OtherName(oid("1.2.3"),DerValue.tag_BMPString,"\u00e9"))));
    ext("subjectAltName otherName ia5", ()->new SubjectAlternativeNameExtension(false,names(new OtherName(oid("1.2.3"),DerValue.tag_IA5String,"x@y"))));
    ext("subjectAltName otherName printable that does not fit", ()->new SubjectAlternativeNameExtension(false,names(new OtherName(oid("1.2.3"),DerValue.tag_PrintableString,"x@y"))));
    ext("subjectAltName dns not ascii", ()->new SubjectAlternativeNameExtension(false,names(new DNSName("b\u00fccher.example"))));
    ext("subjectAltName empty", ()->new SubjectAlternativeNameExtension(false,names()));
    ext("issuerAltName", ()->new IssuerAlternativeNameExtension(Boolean.FALSE,names(new URIName("http://ca/"))));
    ext("nameConstraints both", ()->{ Vector<GeneralSubtree> p=new Vector<>(); p.add(new GeneralSubtree(new GeneralName(new DNSName("example.test")),0,-1)); p.add(new GeneralSubtree(new GeneralName(new IPAddressName("10.0.0.0","255.0.0.0")),0,-1)); Vector<GeneralSubtree> e=new Vector<>(); e.add(new GeneralSubtree(new GeneralName(new X500Name("O=X")),1,300)); return new NameConstraintsExtension(true,new GeneralSubtrees(p),new GeneralSubtrees(e));});
    ext("nameConstraints empty permitted", ()->{ Vector<GeneralSubtree> e=new Vector<>(); e.add(new GeneralSubtree(new GeneralName(new RFC822Name("b.c")),0,-1)); return new NameConstraintsExtension(false,new GeneralSubtrees(new Vector<>()),new GeneralSubtrees(e));});
    ext("nameConstraints ip6", ()->{ Vector<GeneralSubtree> e=new Vector<>(); e.add(new GeneralSubtree(new GeneralName(new IPAddressName("2001:db8::",new CIDRNetmask(33))),0,-1)); return new NameConstraintsExtension(false,new GeneralSubtrees(e),null);});
    ext("policyConstraints", ()->new PolicyConstraintsExtension(true,0,-1));
    ext("policyConstraints both", ()->new PolicyConstraintsExtension(false,3,200));
    ext("policyConstraints none", ()->new PolicyConstraintsExtension(false,-1,-1));
    ext("inhibitAnyPolicy", ()->new InhibitAnyPolicyExtension(true,new BigInt(0)));
    ext("inhibitAnyPolicy 200", ()->new InhibitAnyPolicyExtension(true,new BigInt(200)));
    ext("policyMappings", ()->{ Vector<CertificatePolicyMap> v=new Vector<>(); v.add(new CertificatePolicyMap(new CertificatePolicyId(oid("1.2.3")),new CertificatePolicyId(oid("1.2.4")))); return new PolicyMappingsExtension(true,v);});
    ext("certificatePolicies plain", ()->{ Vector<CertificatePolicyInfo> v=new Vector<>(); v.add(new CertificatePolicyInfo(new CertificatePolicyId(oid("2.5.29.32.0")))); return new CertificatePoliciesExtension(false,v);});
    ext("certificatePolicies qualified", ()->{ Vector<CertificatePolicyInfo> v=new Vector<>(); PolicyQualifiers q=new PolicyQualifiers(); q.add(new PolicyQualifierInfo(PolicyQualifierInfo.QT_CPS,new CPSuri("http://cps/"))); q.add(new PolicyQualifierInfo(PolicyQualifierInfo.QT_UNOTICE,new UserNotice(new NoticeReference(new DisplayText(DisplayText.tag_IA5String,"Org"),new int[]{1,200}),new DisplayText(DisplayText.tag_UTF8String,"caf\u00e9")))); v.add(new CertificatePolicyInfo(new CertificatePolicyId(oid("1.2.3.4")),q)); return new CertificatePoliciesExtension(true,v);});
    ext("certificatePolicies notice only", ()->{ Vector<CertificatePolicyInfo> v=new Vector<>(); PolicyQualifiers q=new PolicyQualifiers(); q.add(new PolicyQualifierInfo(PolicyQualifierInfo.QT_UNOTICE,new UserNotice(null,new DisplayText(DisplayText.tag_BMPString,"t\u00e9xt")))); q.add(new PolicyQualifierInfo(PolicyQualifierInfo.QT_UNOTICE,new UserNotice(null,new DisplayText(DisplayText.tag_VisibleString,"text")))); v.add(new CertificatePolicyInfo(new CertificatePolicyId(oid("1.2.3.4")),q)); return new CertificatePoliciesExtension(true,v);});
    ext("certificatePolicies empty qualifiers", ()->{ Vector<CertificatePolicyInfo> v=new Vector<>(); v.add(new CertificatePolicyInfo(new CertificatePolicyId(oid("1.2.3.4")),new PolicyQualifiers())); return new CertificatePoliciesExtension(false,v);});
    ext("crlDistributionPoints uri", ()->{ CRLDistributionPoint p=new CRLDistributionPoint(); p.setFullName(names(new URIName("http://crl/x"))); return new CRLDistributionPointsExtension(p);});
    ext("crlDistributionPoints all", ()->{ CRLDistributionPoint p=new CRLDistributionPoint(); p.setFullName(names(new X500Name("CN=crl,O=X"))); p.setReasons(new BitArray(bits(3,1,2))); p.setCRLIssuer(names(new X500Name("CN=i,O=X"))); CRLDistributionPointsExtension e=new CRLDistributionPointsExtension(p); CRLDistributionPoint r=new CRLDistributionPoint(); r.setRelativeName(new RDN("OU=rel")); r.setCRLIssuer(names(new X500Name("O=X"))); e.addPoint(r); CRLDistributionPoint n=new CRLDistributionPoint(); e.addPoint(n); e.setCritical(true); return e;});
    ext("freshestCrl", ()->{ CRLDistributionPoint p=new CRLDistributionPoint(); p.setFullName(names(new URIName("http://delta/x"))); return new FreshestCRLExtension(p);});
    ext("issuingDistributionPoint", ()->{ IssuingDistributionPoint p=new IssuingDistributionPoint(); p.setFullName(names(new URIName("http://crl/x"))); p.setOnlyContainsUserCerts(true); p.setOnlySomeReasons(new BitArray(bits(2,1))); p.setIndirectCRL(true); return new IssuingDistributionPointExtension(p);});
    ext("issuingDistributionPoint relative ca", ()->{ IssuingDistributionPoint p=new IssuingDistributionPoint(); p.setRelativeName(new RDN("OU=rel")); p.setOnlyContainsCACerts(true); return new IssuingDistributionPointExtension(p);});
    ext("issuingDistributionPoint empty", ()->new IssuingDistributionPointExtension(new IssuingDistributionPoint()));
    ext("authorityInfoAccess", ()->{ AuthInfoAccessExtension e=new AuthInfoAccessExtension(false); e.addAccessDescription(AuthInfoAccessExtension.METHOD_OCSP,new GeneralName(new URIName("http://ocsp/"))); e.addAccessDescription(AuthInfoAccessExtension.METHOD_CA_ISSUERS,new GeneralName(new X500Name("CN=a"))); return e;});
    ext("authorityInfoAccess empty", ()->new AuthInfoAccessExtension(true));
    ext("subjectInfoAccess", ()->{ SubjectInfoAccessExtension e=new SubjectInfoAccessExtension(false); e.addAccessDescription(oid("1.3.6.1.5.5.7.48.5"),new GeneralName(new URIName("http://repo/"))); return e;});
    ext("privateKeyUsagePeriod", ()->new PrivateKeyUsageExtension(new Date(1700000000000L),new Date(2600000000000L)));
    ext("privateKeyUsagePeriod open", ()->new PrivateKeyUsageExtension((Date)null,new Date(1700000000000L)));
    ext("ocspNoCheck", ()->new OCSPNoCheckExtension(Boolean.FALSE));
    ext("subjectDirectoryAttributes", ()->new SubjectDirAttributesExtension(new Attribute[]{new Attribute(oid("2.5.4.3"),"name"),new Attribute(oid("2.5.4.6"),"DE"),new Attribute(oid("1.2.3.4"),"x@y"),new Attribute(oid("1.2.3.5"),new Vector<>(Arrays.asList("b","a")))},false));
    ext("crlNumber", ()->new CRLNumberExtension(BigInteger.valueOf(200)));
    ext("crlNumber 0", ()->new CRLNumberExtension(BigInteger.ZERO));
    ext("crlNumber 2^70", ()->new CRLNumberExtension(BigInteger.ONE.shiftLeft(70)));
    ext("deltaCrlIndicator", ()->new DeltaCRLIndicatorExtension(BigInteger.valueOf(5)));
    ext("reasonCode 1", ()->new CRLReasonExtension(RevocationReason.KEY_COMPROMISE));
    ext("reasonCode 10", ()->new CRLReasonExtension(Boolean.TRUE,RevocationReason.AA_COMPROMISE));
    ext("invalidityDate", ()->new InvalidityDateExtension(new Date(1700000000123L)));
    ext("holdInstruction", ()->new HoldInstructionExtension(2));
    ext("certificateIssuer", ()->new CertificateIssuerExtension(Boolean.TRUE,names(new X500Name("O=X"))));
    for (String n : new String[]{"SHA1withRSA","SHA256withRSA","SHA384withRSA","SHA512withRSA","MD5withRSA","SHA1withEC","SHA224withEC","SHA256withEC","SHA384withEC","SHA512withEC","SHA1withDSA","SHA256/RSA","SHAwithDSA"})
      raw("algorithm "+n, ()->{ DerOutputStream o=new DerOutputStream(); AlgorithmId.get(n).encode(o); return o.toByteArray(); });
    for (long t : new long[]{1700000000000L, 2524607999000L, 2524608000000L, 2524636799000L, 2524636800000L})
      raw("validity "+t, ()->{ ByteArrayOutputStream o=new ByteArrayOutputStream(); new CertificateValidity(new Date(t),new Date(t)).encode(o); return o.toByteArray(); });
    StringBuilder s=new StringBuilder("{\n"); int i=0; for (Map.Entry<String,String> e: out.entrySet()) s.append("  \"").append(e.getKey()).append("\": \"").append(e.getValue().replace("\\","\\\\").replace("\"","\\\"")).append(++i<out.size()?"\",\n":"\"\n"); System.out.print(s.append("}\n"));
  }
}
