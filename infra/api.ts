/** The public door: one route for everything, since the app itself says 404, and a throttle before it. */
export function createApi(api: sst.aws.Function): sst.aws.ApiGatewayV2 {
  const gateway = new sst.aws.ApiGatewayV2("PublicApi", {
    cors: false,
    accessLog: { retention: "3 months" },
    transform: {
      stage: (stage) => {
        stage.defaultRouteSettings = { throttlingBurstLimit: 50, throttlingRateLimit: 20 };
      },
    },
  });
  gateway.route("$default", api.arn);
  return gateway;
}
