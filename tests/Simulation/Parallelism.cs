// Random bytes are drawn from one seed for the whole process, in the order in which tests ask for them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
