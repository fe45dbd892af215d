using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

// The runner's own way, a generated project for each class, would meet this repository's analyzers: run in process.
var config = DefaultConfig.Instance.WithOptions(ConfigOptions.JoinSummary);
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--inProcess", .. args], config);
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(r => !r.Success)) ? 1 : 0;
