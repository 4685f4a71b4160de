// Benchmarks: figures from elsewhere, by KPI.

import { queryOptions } from "@tanstack/react-query";
import type { Benchmark } from "@/words/benchmarks";
import { client, told } from "./client";
import type { components } from "./schema";

export const benchmarks = queryOptions({
  queryKey: ["benchmarks"] as const,
  queryFn: ({ signal }) => told<components["schemas"]["BenchmarksTold"]>(client.GET("/api/v1/benchmarks", { signal })),
});

export const keepBenchmarks = (kpi: string, kept: Benchmark[]) => told(client.PUT("/api/v1/benchmarks/{kpi}", { params: { path: { kpi } }, body: { benchmarks: kept } }));
