// Prints what JSS makes of distinguished names given on standard input; see ../README.md.
import org.mozilla.jss.netscape.security.x509.*;
import org.mozilla.jss.netscape.security.util.*;
import java.io.*;
import java.util.*;
public class Names {
  static String hex(byte[] b){ StringBuilder s=new StringBuilder(); for(byte x:b) s.append(String.format("%02x",x)); return s.toString(); }
  static byte[] unhex(String s){ byte[] b=new byte[s.length()/2]; for(int i=0;i<b.length;i++) b[i]=(byte)Integer.parseInt(s.substring(2*i,2*i+2),16); return b; }
  static String u(byte[] b){ StringBuilder s=new StringBuilder(); for(int i=0;i<b.length;i+=2) s.append((char)(((b[i]&255)<<8)|(b[i+1]&255))); return s.toString(); }
  static String uh(String t){ StringBuilder s=new StringBuilder(); for(char c:t.toCharArray()) s.append(String.format("%04x",(int)c)); return s.toString(); }
  public static void main(String[] a) throws Exception {
    BufferedReader r=new BufferedReader(new InputStreamReader(System.in));
    String line;
    PrintStream out=new PrintStream(new FileOutputStream(FileDescriptor.out),false,"UTF-8");
    while((line=r.readLine())!=null){
      String[] p=line.split(" ",-1);
      try {
        X500Name n;
        if(p[0].equals("T")) n=new X500Name(u(unhex(p[1])));
        else if(p[0].equals("TU")) n=new X500Name(u(unhex(p[1])), new LdapV3DNStrConverter(X500NameAttrMap.getDirDefault(), true), new byte[]{DerValue.tag_UTF8String});
        else if(p[0].equals("TP")) n=new X500Name(u(unhex(p[1])), new byte[]{DerValue.tag_PrintableString, DerValue.tag_UTF8String});
        else n=new X500Name(unhex(p[1]));
        String der=hex(n.getEncoded());
        String text;
        try { String s=new X500Name(unhex(der)).toString(); text= s==null? "null" : "="+uh(s);} catch(Throwable e){ text="throws:"+e.getClass().getSimpleName(); }
        String t2;
        try { String s=n.toLdapDNString(); t2= s==null? "null" : "="+uh(s);} catch(Throwable e){ t2="throws:"+e.getClass().getSimpleName(); }
        out.println("ok "+der+" "+text+" "+(t2.equals(text)?"same":t2));
      } catch(Throwable e){ out.println("err "+e.getClass().getSimpleName()); }
    }
    out.flush();
  }
}
