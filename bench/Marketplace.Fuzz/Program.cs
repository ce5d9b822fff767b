using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Fuzz;

var count = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 10_000_000;
var seed = args.Length > 1 ? ulong.Parse(args[1], CultureInfo.InvariantCulture) : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
var began = TimeProvider.System.GetTimestamp();
var subjects = new Subjects();
var workers = Enumerable.Range(0, Environment.ProcessorCount)
    .Select(worker => new Worker(subjects, new Dice(seed + (ulong)worker), count / Environment.ProcessorCount + 1))
    .ToList();
var threads = workers.ConvertAll(worker => new Thread(worker.Run));
threads.ForEach(thread => thread.Start());
threads.ForEach(thread => thread.Join());

foreach (var reason in workers.SelectMany(worker => worker.Reasons).GroupBy(pair => pair.Key).OrderBy(group => group.Key))
    Console.WriteLine($"{reason.Key,-22} {reason.Sum(pair => pair.Value),12}");
foreach (var finding in workers.SelectMany(worker => worker.Findings).Take(20))
    Console.WriteLine(finding);
var (accepted, threw) = (workers.Sum(worker => worker.Accepted), workers.Sum(worker => worker.Threw));
Console.WriteLine($"seed={seed}");
Console.WriteLine($"seconds={TimeProvider.System.GetElapsedTime(began).TotalSeconds:0}");
Console.WriteLine($"tokens={workers.Sum(worker => worker.Tried)}");
Console.WriteLine($"accepted={accepted}");
Console.WriteLine($"threw={threw}");
return accepted + threw == 0 ? 0 : 1;
