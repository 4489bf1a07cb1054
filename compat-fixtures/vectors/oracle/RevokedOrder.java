// Prints the order in which a Hashtable lists serial numbers; see ../README.md.
import java.math.BigInteger;
import java.util.*;
public class RevokedOrder {
  public static void main(String[] a) {
    List<List<BigInteger>> sets = new ArrayList<>();
    for (int n : new int[]{0,1,5,8,9,17,18,40,100,300}) { List<BigInteger> l=new ArrayList<>(); for (int i=1;i<=n;i++) l.add(BigInteger.valueOf(i)); sets.add(l); }
    Random r=new Random(7);
    for (int n : new int[]{3,20,60,200}) { List<BigInteger> l=new ArrayList<>(); for (int i=0;i<n;i++) l.add(new BigInteger(128,r)); sets.add(l); }
    for (int n : new int[]{30,90}) { List<BigInteger> l=new ArrayList<>(); for (int i=0;i<n;i++) l.add(new BigInteger(33,r)); sets.add(l); }
    sets.add(Arrays.asList(new BigInteger("268369921"),new BigInteger("5"),new BigInteger("-3"),new BigInteger("16"),new BigInteger("27"),new BigInteger("4294967296"),new BigInteger("18446744073709551616")));
    StringBuilder s=new StringBuilder("[\n"); int k=0;
    for (List<BigInteger> l : sets) { Hashtable<BigInteger,BigInteger> h=new Hashtable<>(); List<BigInteger> in=new ArrayList<>(new LinkedHashSet<>(l)); for (BigInteger b: in) h.put(b,b); List<BigInteger> o=Collections.list(h.elements());
      s.append("  {\"put\": ").append(q(in)).append(", \"listed\": ").append(q(o)).append(++k<sets.size()?"},\n":"}\n"); }
    System.out.print(s.append("]\n"));
  }
  static String q(List<BigInteger> l){ StringBuilder s=new StringBuilder("["); for (int i=0;i<l.size();i++) s.append(i>0?",":"").append('"').append(l.get(i)).append('"'); return s.append("]").toString(); }
}
