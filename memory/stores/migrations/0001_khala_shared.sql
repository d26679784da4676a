CREATE TABLE "khala"."candles" (
	"venue_id" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" text NOT NULL,
	"open_ms" bigint NOT NULL,
	"open" double precision NOT NULL,
	"high" double precision NOT NULL,
	"low" double precision NOT NULL,
	"close" double precision NOT NULL,
	"volume" double precision NOT NULL,
	CONSTRAINT "candles_venue_id_symbol_timeframe_open_ms_pk" PRIMARY KEY("venue_id","symbol","timeframe","open_ms")
);
--> statement-breakpoint
CREATE TABLE "khala"."leases" (
	"name" text PRIMARY KEY NOT NULL,
	"fence" bigint NOT NULL,
	"holder" text NOT NULL,
	"expires_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "khala"."topics" (
	"kind" text NOT NULL,
	"desk_id" text NOT NULL,
	"topic" text NOT NULL,
	"as_of_ms" bigint NOT NULL,
	"id" text NOT NULL,
	"revision" integer NOT NULL,
	"computed_at_ms" bigint NOT NULL,
	"valid_until_ms" bigint NOT NULL,
	"invalidated" text,
	"record" text NOT NULL,
	CONSTRAINT "topics_kind_desk_id_topic_as_of_ms_id_pk" PRIMARY KEY("kind","desk_id","topic","as_of_ms","id")
);
--> statement-breakpoint
-- Kept answers of remote sources are asked for again: they were kept by symbol, and belong to a contract.
DELETE FROM "khala"."security_reports";
--> statement-breakpoint
ALTER TABLE "khala"."security_reports" DROP CONSTRAINT "security_reports_source_id_symbol_observed_at_ms_pk";
--> statement-breakpoint
ALTER TABLE "khala"."analysis_keys" ADD COLUMN "changed_xid" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "khala"."runs" ADD COLUMN "fence" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
ALTER TABLE "khala"."security_reports" ADD COLUMN "chain" text NOT NULL;
--> statement-breakpoint
ALTER TABLE "khala"."security_reports" ADD COLUMN "contract" text NOT NULL;
--> statement-breakpoint
CREATE INDEX "topics_newest" ON "khala"."topics" USING btree ("kind","desk_id","topic","as_of_ms","revision");
--> statement-breakpoint
CREATE INDEX "topics_desk" ON "khala"."topics" USING btree ("desk_id","kind","computed_at_ms");
--> statement-breakpoint
CREATE INDEX "analysis_keys_changed" ON "khala"."analysis_keys" USING btree ("changed_xid");
--> statement-breakpoint
ALTER TABLE "khala"."security_reports" DROP COLUMN "symbol";
--> statement-breakpoint
ALTER TABLE "khala"."security_reports" ADD CONSTRAINT "security_reports_source_id_chain_contract_observed_at_ms_pk" PRIMARY KEY("source_id","chain","contract","observed_at_ms");
