// Prints dates in many time zones as Dogtag's classes do: Date.toString(), and DateFormat.FULL with the zone's id where it says more.
import java.text.DateFormat;
import java.util.Date;
import java.util.Locale;
import java.util.TimeZone;

public class Dates {
    public static void main(String[] zones) {
        long[] times = { 1700000000000L, 1774746000000L, 1783000000000L, 1793494800000L, 1795420247000L };
        for (String id : zones) {
            TimeZone zone = TimeZone.getTimeZone(id);
            TimeZone.setDefault(zone);
            for (long ms : times) {
                Date date = new Date(ms);
                DateFormat format = DateFormat.getDateTimeInstance(DateFormat.FULL, DateFormat.FULL, Locale.US);
                String name = zone.getDisplayName(zone.inDaylightTime(date), TimeZone.SHORT, Locale.US);
                String suffix = name.equals(zone.getID()) ? "" : " " + zone.getID();
                System.out.println(id + "\t" + ms + "\t" + date + "\t" + format.format(date) + suffix);
            }
        }
    }
}
