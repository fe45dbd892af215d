// What does a collection cost when many points share most of what they refer to?
//   Coffer.Collecting make FOLDER CHUNKS POINTS   a vault of POINTS recovery points over CHUNKS chunks, 95 % shared
//   Coffer.Collecting purge FOLDER EVERY          deletes and purges every so-many-th point
//   Coffer.Collecting collect FOLDER DAYS         collects as if DAYS days had passed since the vault was made
// Each step is a process of its own, so that its memory is its own.
using Coffer.Collecting;

if (args is ["make", var made, var chunks, var points])
    await Steps.MakeAsync(made, int.Parse(chunks), int.Parse(points));
else if (args is ["purge", var purged, var every])
    await Steps.PurgeAsync(purged, int.Parse(every));
else if (args is ["collect", var collected, var days])
    await Steps.CollectAsync(collected, int.Parse(days));
else
    return 2;
return 0;
