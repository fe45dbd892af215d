// Each of these tests takes all processors that there are.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
