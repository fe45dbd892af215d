using System.Reflection;

if (args is ["--version"])
{
    var version = Assembly.GetExecutingAssembly().GetName().Version;
    Console.Out.WriteLine(version is null ? "unknown" : version.ToString(3));
    return 0;
}

Console.Error.WriteLine("coffer: no command is built yet");
return 2;
