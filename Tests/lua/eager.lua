-- A busted helper: the collector starts a new cycle as soon as one ends and works in large steps.
collectgarbage("incremental", 100, 1000, 8)
rawset(_G, "eager_collector", true)
