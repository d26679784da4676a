CREATE TABLE "khala"."snapshots" (
	"kind" text NOT NULL,
	"scope" text NOT NULL,
	"seen_at_ms" bigint NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "snapshots_kind_scope_seen_at_ms_pk" PRIMARY KEY("kind","scope","seen_at_ms")
);
--> statement-breakpoint
CREATE INDEX "snapshots_seen" ON "khala"."snapshots" USING btree ("kind","seen_at_ms");